#include "hpnas/h5/group.hpp"

#include "h5/scratch.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

TEST(H5Group, ListsWhatItHoldsSorted) {
    const Scratch scratch;
    h5::File file = h5::File::create(scratch.file("g.h5"));
    h5::Group root = file.root();
    root.create_group("timing").write<double>("wall", std::vector<double>{1.0});
    root.create_group("candidates");
    EXPECT_EQ(root.names(), (std::vector<std::string>{"candidates", "timing"}));
    EXPECT_TRUE(root.contains("timing/wall"));
    EXPECT_FALSE(root.contains("nothing/wall"));
    EXPECT_TRUE(root.is_group("timing"));
    EXPECT_FALSE(root.is_group("timing/wall"));
}

TEST(H5Group, MissingObjectIsNamed) {
    const Scratch scratch;
    h5::File file = h5::File::create(scratch.file("g.h5"));
    file.root().create_group("candidates");
    try {
        file.root().group("candidates").dataset("val_top1");
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_EQ(error.what(), scratch.file("g.h5") + ": /candidates: has no dataset 'val_top1'");
    }
    EXPECT_THROW(file.root().group("pareto"), StoreError);
    EXPECT_THROW(file.root().dataset("candidates"), StoreError);
}

TEST(H5Group, RefusesSizesThatDoNotFit) {
    const Scratch scratch;
    h5::File file = h5::File::create(scratch.file("g.h5"));
    const std::vector<std::uint64_t> sizes{2, 2};
    EXPECT_THROW(file.root().write<double>("x", std::vector<double>{1, 2, 3}, sizes), StoreError);
}

}  // namespace
}  // namespace hpnas

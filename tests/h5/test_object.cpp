#include "h5/scratch.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/h5/object.hpp"

namespace hpnas {
namespace {

TEST(H5Attributes, ComeBackAsWritten) {
    const Scratch scratch;
    const std::string path = scratch.file("a.h5");
    const std::vector<std::string> names{"ok", "infeasible", "für"};
    const std::vector<double> range{0.0, 1.5};
    const std::vector<std::int64_t> flags{0, 1, 2};
    {
        h5::File file = h5::File::create(path);
        h5::Group root = file.root();
        root.set("unit", "ms");
        root.set("empty", "");
        root.set("seed", std::int64_t{-5});
        root.set("alpha", 0.1);
        root.set("flag_meanings", names);
        root.set("valid_range", range);
        root.set("flag_values", flags);
        root.set("unit", "s");  // replaces
    }
    const h5::Group root = h5::File::open(path).root();
    EXPECT_EQ(root.text("unit"), "s");
    EXPECT_EQ(root.text("empty"), "");
    EXPECT_EQ(root.integer("seed"), -5);
    EXPECT_EQ(root.number("alpha"), 0.1);
    EXPECT_EQ(root.texts("flag_meanings"), names);
    EXPECT_EQ(root.numbers("valid_range"), range);
    EXPECT_EQ(root.integers("flag_values"), flags);
    EXPECT_EQ(root.attributes().size(), 7U);
    EXPECT_FALSE(root.has("units"));
}

TEST(H5Attributes, TextMayBeLongerThanAnAttributeHasRoomFor) {
    const Scratch scratch;
    const std::string path = scratch.file("a.h5"), text(100000, 'x');
    {
        h5::File file = h5::File::create(path);
        file.root().set("config", text);
    }
    EXPECT_EQ(h5::File::open(path).root().text("config"), text);
}

TEST(H5Attributes, MissingOneNamesFileObjectAndAttribute) {
    const Scratch scratch;
    h5::File file = h5::File::create(scratch.file("a.h5"));
    h5::Group group = file.root().create_group("candidates");
    try {
        group.text("units");
        FAIL();
    } catch (const StoreError& error) {
        EXPECT_EQ(error.what(), scratch.file("a.h5") + ": /candidates: has no attribute 'units'");
    }
}

TEST(H5Attributes, WrongKindIsAnError) {
    const Scratch scratch;
    h5::File file = h5::File::create(scratch.file("a.h5"));
    file.root().set("unit", "ms");
    EXPECT_THROW(file.root().number("unit"), StoreError);
    EXPECT_THROW(file.root().integers("unit"), StoreError);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <filesystem>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/store/weights_file.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

TEST(WeightsFile, GivesBackWhatWasSaved) {
    const store_test::TemporaryDirectory directory;
    const std::filesystem::path file = directory.path() / "best.h5";
    const WeightsFile saved{{{"arch", "1,2"}, {"space", "{name: smoke}"}},
                            {{"fc.bias", {2}, {0.5F, -1e-30F}}, {"fc.weight", {2, 3}, {1, 2, 3, 4, 5, 6}}}};
    save_weights(file, saved);
    const WeightsFile loaded = load_weights(file);
    ASSERT_EQ(loaded.tensors.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {  // in alphabetical order
        EXPECT_EQ(loaded.tensors[i].name, saved.tensors[i].name);
        EXPECT_EQ(loaded.tensors[i].sizes, saved.tensors[i].sizes);
        EXPECT_EQ(loaded.tensors[i].values, saved.tensors[i].values);
    }
    EXPECT_EQ(loaded.attribute("arch"), "1,2");
    EXPECT_EQ(loaded.attribute("space"), "{name: smoke}");
    EXPECT_EQ(loaded.attribute("none"), "");
}

TEST(WeightsFile, RefusesOtherFiles) {
    const store_test::TemporaryDirectory directory;
    const std::filesystem::path file = directory.path() / "other.h5";
    h5::File::create(file.string()).root().set("schema_name", "hpnas-results");
    EXPECT_THROW(load_weights(file), StoreError);
    EXPECT_THROW(load_weights(directory.path() / "none.h5"), StoreError);
}

}  // namespace
}  // namespace hpnas

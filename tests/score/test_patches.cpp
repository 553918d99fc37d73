#include <gtest/gtest.h>

#include "hpnas/score/patches.hpp"

namespace hpnas {
namespace {

TEST(Patches, AreTheTapsInWeightOrderWithZerosOutside) {
    // Image 2 x 2 with two channels: 1 2 | 3 4 // 5 6 | 7 8; kernel 2, padding 1, stride 2: outputs 2 x 2.
    const PatchLayer layer{{2, 2, 2}, {.out = 2, .kernel = 2, .stride = 2, .padding = 1}, 2, 2};
    const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8};
    std::vector<float> patches(4 * 8, -1);
    copy_patches(layer, image.data(), 0, 0, 4, patches.data());
    EXPECT_EQ(patches, (std::vector<float>{0, 0, 0, 0, 0, 0, 1, 2,  // top left: only the last tap
                                           0, 0, 0, 0, 3, 4, 0, 0,  //
                                           0, 0, 5, 6, 0, 0, 0, 0,  //
                                           7, 8, 0, 0, 0, 0, 0, 0}));
    std::vector<float> one(8, -1);
    copy_patches(layer, image.data(), 0, 1, 2, one.data());
    EXPECT_EQ(one, (std::vector<float>{0, 0, 0, 0, 3, 4, 0, 0}));
}

TEST(Patches, TakeTheChannelsOfTheirGroup) {
    const PatchLayer layer{{1, 3, 4}, {.out = 2, .kernel = 1, .padding = 0, .groups = 2}, 1, 3};
    const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    std::vector<float> patches(6);
    copy_patches(layer, image.data(), 1, 0, 3, patches.data());
    EXPECT_EQ(patches, (std::vector<float>{3, 4, 7, 8, 11, 12}));
}

}  // namespace
}  // namespace hpnas

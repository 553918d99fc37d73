#include <gtest/gtest.h>

#include <numeric>

#include "hpnas/score/patches.hpp"

namespace hpnas {
namespace {

TEST(Patches, AreTheTapsInWeightOrderWithZerosOutside) {
    // Image 2 x 2 with two channels: 1 2 | 3 4 // 5 6 | 7 8; kernel 2, padding 1, stride 2: outputs 2 x 2.
    const PatchLayer layer{{2, 2, 2}, {.out = 2, .kernel = 2, .stride = 2, .padding = 1}, 2, 2};
    const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8};
    std::vector<float> patches(4 * 8, -1);
    copy_patches(layer, image.data(), 0, patches.data());
    EXPECT_EQ(patches, (std::vector<float>{0, 0, 0, 0, 0, 0, 1, 2,  // top left: only the last tap
                                           0, 0, 0, 0, 3, 4, 0, 0,  //
                                           0, 0, 5, 6, 0, 0, 0, 0,  //
                                           7, 8, 0, 0, 0, 0, 0, 0}));
}

TEST(Patches, TakeTheChannelsOfTheirGroup) {
    const PatchLayer layer{{1, 3, 4}, {.out = 2, .kernel = 1, .padding = 0, .groups = 2}, 1, 3};
    const std::vector<float> image{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    std::vector<float> patches(6);
    copy_patches(layer, image.data(), 1, patches.data());
    EXPECT_EQ(patches, (std::vector<float>{3, 4, 7, 8, 11, 12}));
}

TEST(TapRows, HoldTheRowsOfThePatches) {
    for (const Conv2dAttributes& a : {Conv2dAttributes{.out = 4, .kernel = 3},
                                      {.out = 4, .kernel = 3, .stride = 2},
                                      {.out = 4, .kernel = 3, .stride = 2, .padding = 2, .dilation = 3, .groups = 2},
                                      {.out = 4, .kernel = 5, .stride = 3, .padding = 1},
                                      {.out = 4, .kernel = 1, .stride = 3, .padding = 0}}) {
        const Shape input{9, 8, 4}, inputs[]{input};
        const Conv2d convolution(a);
        const Shape output = convolution.output_shape(inputs);
        const PatchLayer layer{input, convolution.attributes(), output[0], output[1]};
        std::vector<float> image(static_cast<std::size_t>(input.count()));
        std::iota(image.begin(), image.end(), 1.0F);
        const std::int64_t group = layer.attributes.groups - 1, first = 1, last = layer.out_height;
        std::vector<float> patches(static_cast<std::size_t>(layer.positions() * layer.patch()));
        copy_patches(layer, image.data(), group, patches.data());
        TapRows rows(layer, layer.out_height);
        rows.copy(image.data(), group, first, last);
        for (std::int64_t kh = 0; kh < layer.attributes.kernel; ++kh) {
            std::vector<float> expected;
            for (std::int64_t i = first * layer.out_width; i < last * layer.out_width; ++i) {
                const auto taps = patches.begin() + i * layer.patch() + kh * layer.taps();
                expected.insert(expected.end(), taps, taps + layer.taps());
            }
            const std::span<const float> got = rows.of(kh);
            EXPECT_EQ(std::vector<float>(got.begin(), got.end()), expected) << a.stride << ", row " << kh;
        }
    }
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <set>

#include "hpnas/data/spec_augment.hpp"

namespace hpnas {
namespace {

TEST(SpecAugment, MasksStayInsideAndAreAsWideAsAllowed) {
    SpecAugmentOptions options;
    options.mel_masks = 2;
    options.mel_width = 5;
    options.time_masks = 3;
    options.time_width = 50;
    options.time_fraction = 0.2;  // of 40 frames: 8
    std::set<std::int64_t> mel_widths, time_widths;
    for (std::int64_t sample = 0; sample < 500; ++sample) {
        const SpecMasks masks = draw_spec_masks(options, 40, 20, 7, 1, sample);
        ASSERT_EQ(masks.mels.size(), 2U);
        ASSERT_EQ(masks.frames.size(), 3U);
        for (const SpecMask& mask : masks.mels) {
            mel_widths.insert(mask.width);
            EXPECT_GE(mask.begin, 0);
            EXPECT_LE(mask.begin + mask.width, 20);
        }
        for (const SpecMask& mask : masks.frames) {
            time_widths.insert(mask.width);
            EXPECT_LE(mask.begin + mask.width, 40);
        }
    }
    EXPECT_EQ(mel_widths, (std::set<std::int64_t>{0, 1, 2, 3, 4, 5}));
    EXPECT_EQ(*time_widths.rbegin(), 8);
}

TEST(SpecAugment, IsAFunctionOfItsArguments) {
    const auto begin = [](std::int64_t epoch, std::int64_t sample) {
        std::vector<std::int64_t> result;
        for (const SpecMask& mask : draw_spec_masks({}, 200, 80, 1, epoch, sample).frames) result.push_back(mask.begin);
        return result;
    };
    EXPECT_EQ(begin(1, 2), begin(1, 2));
    EXPECT_NE(begin(1, 2), begin(2, 2));
    EXPECT_NE(begin(1, 2), begin(1, 3));
    EXPECT_EQ(draw_spec_masks({}, 1, 1, 0, 0, 0).mels.size(), 4U);  // narrower than every mask
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <set>

#include "../../src/op/random_draw.hpp"

namespace hpnas {
namespace {

TEST(RandomDraw, TheSampleNumberIsTheRowUnlessGiven) {
    const std::vector<std::int64_t> samples{40, 41};
    EXPECT_EQ(sample_number({}, 1), 1);
    EXPECT_EQ(sample_number({.samples = samples}, 1), 41);
}

TEST(RandomDraw, KeysDifferBySeedStepStreamAndSample) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    const auto put = [&](const kernel::DropoutKey& key) { return seen.insert({key.low, key.high}).second; };
    EXPECT_TRUE(put(step_key({.seed = 1, .step = 1, .samples = {}}, 1)));
    EXPECT_TRUE(put(step_key({.seed = 2, .step = 1, .samples = {}}, 1)));
    EXPECT_TRUE(put(step_key({.seed = 1, .step = 2, .samples = {}}, 1)));
    EXPECT_TRUE(put(step_key({.seed = 1, .step = 1, .samples = {}}, 2)));
    EXPECT_TRUE(put(sample_key({.seed = 1, .step = 1, .samples = {}}, 1, 0)));
    EXPECT_TRUE(put(sample_key({.seed = 1, .step = 1, .samples = {}}, 1, 1)));
    EXPECT_FALSE(put(step_key({.seed = 1, .step = 1, .samples = {}}, 1)));
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <cstdlib>

#include "hpnas/strategy/batch_selector.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

/// One slot of 101 choices; the model has seen 1 at 0, -1 at 0.5 and 1 at 1.
struct Valley {
    FeatureMap features{{toy::decision("a", 101)}, {}};
    GaussianProcess process{{0}, {{0.2}, 1.0, 1e-4, 0.0}};
    std::vector<Candidate> all;
    Valley() {
        process.condition({1, {0.0, 0.5, 1.0}}, std::vector<double>{1, -1, 1});
        for (std::int16_t i = 0; i <= 100; ++i) all.push_back({-1, {i}, {}});
    }
};

TEST(BatchSelector, RanksByExpectedImprovement) {
    Valley valley;
    BatchSelector selector(valley.process, valley.features, -1.0);
    selector.add(valley.all);
    const std::vector<Candidate> top = selector.top(3);
    ASSERT_EQ(top.size(), 3U);
    const int distance = std::abs(top[0].encoding[0] - 50);
    EXPECT_GT(distance, 2);   // at 50 itself hardly anything is left to gain
    EXPECT_LT(distance, 30);  // and the slopes are high
    const auto taken = selector.take();
    ASSERT_TRUE(taken.has_value());
    EXPECT_EQ(taken->encoding, top[0].encoding);
    EXPECT_EQ(selector.top(1)[0].encoding, top[1].encoding);
}

TEST(BatchSelector, LiesDriveTheNextChoiceAway) {
    for (const std::optional<double> lie :
         {std::optional<double>(), std::optional<double>(-1.0), std::optional<double>(1.0)}) {
        Valley valley;
        BatchSelector selector(valley.process, valley.features, -1.0);
        selector.add(valley.all);
        const auto first = selector.take();
        selector.lie(first->encoding, lie);
        const auto second = selector.take();
        EXPECT_GT(std::abs(second->encoding[0] - first->encoding[0]), 3);
    }
}

TEST(BatchSelector, TakesFromAllThatWasAddedUntilNothingIsLeft) {
    Valley valley;
    BatchSelector selector(valley.process, valley.features, -1.0);
    EXPECT_FALSE(selector.take().has_value());
    selector.add({});
    selector.add({valley.all[10]});
    selector.add({valley.all[55]});
    EXPECT_EQ(selector.take()->encoding, valley.all[55].encoding);
    EXPECT_EQ(selector.take()->encoding, valley.all[10].encoding);
    EXPECT_FALSE(selector.take().has_value());
    EXPECT_TRUE(selector.top(5).empty());
}

}  // namespace
}  // namespace hpnas

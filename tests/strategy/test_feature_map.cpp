#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/strategy/feature_map.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

double distance(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return std::sqrt(sum);
}

TEST(FeatureMap, ScalesOrderedSlotsAndLeavesOutConstants) {
    const FeatureMap map({toy::decision("a", 5), toy::decision("one", 1), toy::decision("b", 2)}, {});
    EXPECT_EQ(map.group(), (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(map.groups(), 2U);
    EXPECT_EQ(map({3, 0, 1}), (std::vector<double>{0.75, 1}));
}

TEST(FeatureMap, DifferentCategoriesAreOneApart) {
    const FeatureMap map({toy::decision("act", 4, false), toy::decision("se", 2, false)}, {});
    EXPECT_EQ(map.group(), (std::vector<std::size_t>{0, 0, 0, 0, 1}));
    for (std::int16_t a = 0; a < 4; ++a)
        for (std::int16_t b = 0; b < 4; ++b) EXPECT_NEAR(distance(map({a, 0}), map({b, 0})), a == b ? 0 : 1, 1e-15);
    EXPECT_EQ(distance(map({2, 0}), map({2, 1})), 1);
}

TEST(FeatureMap, KnownFeaturesAreScaledAndFinite) {
    const auto latency = [](const Encoding& x) {
        return x[0] == 4 ? std::numeric_limits<double>::infinity() : 2.0 + x[0];
    };
    const FeatureMap map({toy::decision("a", 5)}, {{latency, 2.0, 4.0}, {latency, 3.0, 3.0}});
    EXPECT_EQ(map.groups(), 3U);
    EXPECT_EQ(map({1}), (std::vector<double>{0.25, 0.5, 0}));
    EXPECT_EQ(map({4}), (std::vector<double>{1, 1, 1}));
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/search/pareto.hpp"

namespace hpnas {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Indices = std::vector<std::size_t>;

TEST(Pareto, DominanceNeedsOneStrictlyBetterObjective) {
    EXPECT_TRUE(dominates({1, 2}, {1, 3}, {false, false}));
    EXPECT_FALSE(dominates({1, 2}, {1, 2}, {false, false}));
    EXPECT_FALSE(dominates({1, 4}, {2, 3}, {false, false}));
    EXPECT_TRUE(dominates({1, 4}, {2, 3}, {false, true}));
    EXPECT_TRUE(dominates({1, 2}, {1, nan}, {false, false}));
    EXPECT_FALSE(dominates({1, nan}, {1, 2}, {false, true}));
}

TEST(Pareto, FrontOfSixPointsByHand) {
    // Minimise latency, maximise accuracy. (2, 80) is beaten by (1, 81); (3, 85) equals itself twice; (4, 84) is beaten
    // by (3, 85).
    const std::vector<ObjectivePoint> points{{2, 80}, {3, 85}, {1, 81}, {4, 84}, {3, 85}, {nan, 99}};
    EXPECT_EQ(pareto_front(points, {false, true}), (Indices{1, 2, 4}));
}

TEST(Pareto, FrontOfNothingOneAndThreeObjectives) {
    EXPECT_TRUE(pareto_front({}, {false, false}).empty());
    EXPECT_EQ(pareto_front(std::vector<ObjectivePoint>{{7}}, {false}), (Indices{0}));
    const std::vector<ObjectivePoint> cube{{0, 1, 1}, {1, 0, 1}, {1, 1, 1}, {1, 1, 0}};
    EXPECT_EQ(pareto_front(cube, {false, false, false}), (Indices{0, 1, 3}));  // (1, 1, 1) is beaten by all
    EXPECT_THROW(pareto_front(cube, {false, false}), InternalError);
}

TEST(Pareto, SweepAgreesWithTheDefinitionOnRandomPoints) {
    Rng rng(1, Purpose::test);
    for (int round = 0; round < 50; ++round) {
        std::vector<ObjectivePoint> points;
        // A coarse grid, so that ties in one and in both objectives are frequent.
        for (int i = 0; i < 40; ++i)
            points.push_back({static_cast<double>(rng.below(8)), static_cast<double>(rng.below(8))});
        const std::vector<bool> maximise{round % 2 == 0, round % 3 == 0};
        Indices expected;
        for (std::size_t i = 0; i < points.size(); ++i) {
            bool dominated = false;
            for (const ObjectivePoint& other : points) dominated = dominated || dominates(other, points[i], maximise);
            if (!dominated) expected.push_back(i);
        }
        EXPECT_EQ(pareto_front(points, maximise), expected);
    }
}

}  // namespace
}  // namespace hpnas

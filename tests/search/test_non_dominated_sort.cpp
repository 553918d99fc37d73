#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/core/rng.hpp"
#include "hpnas/search/non_dominated_sort.hpp"

namespace hpnas {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Layers = std::vector<std::vector<std::size_t>>;

TEST(NonDominatedSort, LayersOfSevenPointsByHand) {
    // (1, 4), (2, 2), (4, 1) are the front; (2, 5) is beaten by (1, 4), (3, 3) by (2, 2), both by nothing of their own
    // layer; (4, 4) by (3, 3) as well; the NaN by everything that is not worse in the first objective.
    const std::vector<ObjectivePoint> points{{4, 4}, {1, 4}, {3, 3}, {2, 2}, {2, 5}, {4, 1}, {4, nan}};
    EXPECT_EQ(non_dominated_sort(points), (Layers{{1, 3, 5}, {2, 4}, {0}, {6}}));
}

TEST(NonDominatedSort, OneObjectiveIsSortingAndTiesShareALayer) {
    const std::vector<ObjectivePoint> points{{3}, {1}, {2}, {1}};
    EXPECT_EQ(non_dominated_sort(points), (Layers{{1, 3}, {2}, {0}}));
    EXPECT_TRUE(non_dominated_sort({}).empty());
}

TEST(NonDominatedSort, PeelsFrontsInAnyNumberOfObjectives) {
    for (const std::size_t n_objectives : {std::size_t{2}, std::size_t{3}, std::size_t{5}}) {
        Rng rng(7, Purpose::test, n_objectives);
        std::vector<ObjectivePoint> rest(60, ObjectivePoint(n_objectives));
        for (ObjectivePoint& point : rest)
            for (double& value : point) value = static_cast<double>(rng.below(6));  // coarse: many ties
        const std::vector<ObjectivePoint> points = rest;
        const std::vector<bool> minimise(n_objectives, false);
        for (const std::vector<std::size_t>& layer : non_dominated_sort(points)) {
            EXPECT_EQ(layer, pareto_front(rest, minimise));
            for (const std::size_t i : layer) rest[i][0] = nan;  // pareto_front never takes it again
        }
        EXPECT_TRUE(pareto_front(rest, minimise).empty());
    }
}

TEST(CrowdingDistance, ByHand) {
    // Along x (range 4): 0, 1, 4; along y (range 8): 8, 2, 0. The middle one: (4 - 0) / 4 + (8 - 0) / 8.
    const std::vector<ObjectivePoint> points{{9, 9}, {1, 2}, {0, 8}, {4, 0}};
    const std::vector<std::size_t> layer{1, 2, 3};
    EXPECT_EQ(crowding_distances(points, layer), (std::vector<double>{2.0, infinity, infinity}));
}

TEST(CrowdingDistance, FourPointsAndAConstantObjective) {
    // x: 0, 1, 3, 10; the third objective is equal everywhere and adds nothing. y falls as x rises: 10, 6, 5, 0.
    const std::vector<ObjectivePoint> points{{0, 10, 7}, {1, 6, 7}, {3, 5, 7}, {10, 0, 7}};
    const std::vector<std::size_t> layer{0, 1, 2, 3};
    const std::vector<double> distances = crowding_distances(points, layer);
    EXPECT_EQ(distances[0], infinity);
    EXPECT_DOUBLE_EQ(distances[1], 3.0 / 10 + 5.0 / 10);
    EXPECT_DOUBLE_EQ(distances[2], 9.0 / 10 + 6.0 / 10);
    EXPECT_EQ(distances[3], infinity);
}

TEST(CrowdingDistance, OnePointOrCopiesHaveNone) {
    const std::vector<ObjectivePoint> points{{1, 1}, {1, 1}};
    EXPECT_EQ(crowding_distances(points, std::vector<std::size_t>{0}), std::vector<double>{0.0});
    EXPECT_EQ(crowding_distances(points, std::vector<std::size_t>{0, 1}), (std::vector<double>{0.0, 0.0}));
    EXPECT_TRUE(crowding_distances(points, {}).empty());
}

}  // namespace
}  // namespace hpnas

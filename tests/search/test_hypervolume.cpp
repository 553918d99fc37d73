#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/search/hypervolume.hpp"

namespace hpnas {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Points = std::vector<ObjectivePoint>;

Points random_points(std::size_t n, std::size_t n_objectives, std::uint64_t seed, std::uint64_t steps = 1U << 20U) {
    Rng rng(seed, Purpose::test, n_objectives);
    Points points(n, ObjectivePoint(n_objectives));
    for (ObjectivePoint& point : points)
        for (double& value : point) value = static_cast<double>(rng.below(steps)) / static_cast<double>(steps);
    return points;
}

/// Sum over all subsets of the points, with alternating sign, of the volume of the subset's common box.
double by_inclusion_exclusion(const Points& points, const ObjectivePoint& reference) {
    double sum = 0;
    for (std::uint64_t subset = 1; subset < (std::uint64_t{1} << points.size()); ++subset) {
        double volume = 1;
        for (std::size_t k = 0; k < reference.size(); ++k) {
            double corner = -std::numeric_limits<double>::infinity();
            for (std::size_t i = 0; i < points.size(); ++i)
                if ((subset >> i & 1U) != 0) corner = std::max(corner, points[i][k]);
            volume *= std::max(reference[k] - corner, 0.0);
        }
        sum += std::popcount(subset) % 2 == 1 ? volume : -volume;
    }
    return sum;
}

TEST(Hypervolume, StaircaseByHand) {
    // Reference (4, 4): (1, 3) covers 3 x 1, (2, 1) adds 2 x 2; (3, 2) is dominated, (5, 0) outside, NaN ignored.
    const Points points{{3, 2}, {1, 3}, {2, 1}, {5, 0}, {nan, 1}};
    EXPECT_DOUBLE_EQ(hypervolume(points, {4, 4}), 3.0 + 4.0);
    EXPECT_EQ(hypervolume({}, {4, 4}), 0.0);
}

TEST(Hypervolume, OneObjectiveIsTheDistanceOfTheBest) {
    EXPECT_DOUBLE_EQ(hypervolume(Points{{3}, {1}, {2}}, {4}), 3.0);
    EXPECT_EQ(hypervolume(Points{{5}}, {4}), 0.0);
}

TEST(Hypervolume, ThreeObjectivesByHand) {
    // Three 1 x 1 x 2 bars from the corner (2, 2, 2) that share the unit cube next to it: 3 * 2 - 3 * 1 + 1.
    EXPECT_DOUBLE_EQ(hypervolume(Points{{0, 1, 1}, {1, 0, 1}, {1, 1, 0}}, {2, 2, 2}), 4.0);
}

TEST(Hypervolume, AgreesWithInclusionAndExclusion) {
    for (const std::size_t n_objectives : {1U, 2U, 3U, 4U, 5U, 6U})
        for (const std::uint64_t steps : {std::uint64_t{1} << 20U, std::uint64_t{4}}) {  // generic and full of ties
            const Points points = random_points(10, n_objectives, 3, steps);
            const ObjectivePoint reference(n_objectives, 0.9);
            const double expected = by_inclusion_exclusion(points, reference);
            EXPECT_NEAR(hypervolume(points, reference), expected, 1e-12) << n_objectives;  // 1023 terms of order 1
        }
}

TEST(Hypervolume, AgreesWithMonteCarlo) {
    const std::size_t n_objectives = 4;
    const Points points = random_points(60, n_objectives, 5);
    const ObjectivePoint reference(n_objectives, 1.0);
    Rng rng(9, Purpose::test);
    constexpr int samples = 20000;
    int inside = 0;
    for (int s = 0; s < samples; ++s) {
        ObjectivePoint at(n_objectives);
        for (double& value : at) value = rng.uniform();
        inside += std::any_of(points.begin(), points.end(), [&](const ObjectivePoint& p) {
            return std::equal(p.begin(), p.end(), at.begin(), [](double a, double b) { return a <= b; });
        });
    }
    // Four standard deviations of a frequency: 4 * sqrt(0.25 / 20000).
    EXPECT_NEAR(hypervolume(points, reference), static_cast<double>(inside) / samples, 0.0142);
}

TEST(Hypervolume, GainsAddUpInAnyOrder) {
    for (const std::size_t n_objectives : {1U, 2U, 3U, 4U}) {
        const Points points = random_points(40, n_objectives, 8);
        const ObjectivePoint reference(n_objectives, 0.95);
        double sum = 0;
        for (std::size_t i = 0; i < points.size(); ++i)
            sum += hypervolume_gain(points[i], std::span(points).first(i), reference);
        EXPECT_NEAR(sum, hypervolume(points, reference), 1e-12);
    }
    EXPECT_EQ(hypervolume_gain({1, 1}, Points{{1, 1}}, {2, 2}), 0.0);
    EXPECT_EQ(hypervolume_gain({3, 0}, Points{}, {2, 2}), 0.0);
}

TEST(Hypervolume, WrongLengthsThrow) {
    EXPECT_THROW(hypervolume(Points{{1, 2}}, {3, 3, 3}), InternalError);
    EXPECT_THROW(hypervolume_gain({1}, Points{{1, 2}}, {3, 3}), InternalError);
}

TEST(NormalisingBox, SpansTheFrontAndATenthMore) {
    // The front is (0, 10), (2, 4), (4, 0); the outlier (100, 100) does not count, nor does the NaN.
    const ObjectiveBox box = normalising_box(Points{{0, 10}, {100, 100}, {2, 4}, {4, 0}, {nan, -1}});
    EXPECT_EQ(box.ideal, (ObjectivePoint{0, 0}));
    EXPECT_DOUBLE_EQ(box.reference[0], 4.4);
    EXPECT_DOUBLE_EQ(box.reference[1], 11.0);
    EXPECT_DOUBLE_EQ(box.volume(), 4.4 * 11.0);
}

TEST(NormalisingBox, FrontOfOnePointTakesTheRangeOfAll) {
    const ObjectiveBox box = normalising_box(Points{{1, 5}, {3, 5}});
    EXPECT_DOUBLE_EQ(box.reference[0], 1 + 1.1 * 2);
    EXPECT_DOUBLE_EQ(box.reference[1], 5 + 1.1);
    EXPECT_THROW(normalising_box(Points{{nan}}), InternalError);
}

}  // namespace
}  // namespace hpnas

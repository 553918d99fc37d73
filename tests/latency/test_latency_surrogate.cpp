#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/linear_surrogate.hpp"

namespace hpnas {
namespace {

const ChoiceGroups groups(std::vector<std::size_t>{2, 3});

TEST(LatencySurrogate, SizesThatDoNotFitAreRefused) {
    const LinearSurrogate surrogate(1, {1, 2, 3});
    std::vector<double> two(2), three(3);
    EXPECT_THROW(surrogate.value(two), InternalError);
    EXPECT_THROW(surrogate.value_and_gradient(three, two), InternalError);
    EXPECT_THROW(surrogate.value_and_gradient(two, three), InternalError);
}

TEST(LatencySurrogate, SamplesAreVerticesOfTheChoices) {
    SurrogateSamples samples{.features = 5};
    samples.add(groups, Encoding{1, 2}, 7);
    samples.add(groups, Encoding{0, 1}, 8);
    EXPECT_EQ(samples.points, (std::vector<double>{0, 1, 0, 0, 1, 1, 0, 0, 1, 0}));
    EXPECT_EQ(samples.ms, (std::vector<double>{7, 8}));
    EXPECT_EQ(samples.point(1)[0], 1);
    EXPECT_THROW(samples.add(groups, Encoding{2, 0}, 1), EncodingError);
    SurrogateSamples other{.features = 4};
    EXPECT_THROW(other.add(groups, Encoding{0, 0}, 1), InternalError);
}

TEST(LatencySurrogate, SamplesWithoutUseAreRefused) {
    SurrogateSamples samples{.features = 5};
    EXPECT_THROW(check_samples(samples), InternalError) << "none";
    samples.add(groups, Encoding{0, 0}, std::numeric_limits<double>::quiet_NaN());
    EXPECT_THROW(check_samples(samples), InternalError) << "not finite";
    samples.ms[0] = 1;
    EXPECT_NO_THROW(check_samples(samples));
    samples.ms.push_back(1);
    EXPECT_THROW(check_samples(samples), InternalError) << "a time without its point";
}

// Predicted 2, 3, 4; measured 1, 4, 5: errors 1, 1, 1 ms and 100, 25, 20 %; the order is the same.
TEST(LatencySurrogate, QualityByHand) {
    const LinearSurrogate surrogate(0, {2, 3, 4});
    SurrogateSamples samples{.features = 3, .points = {1, 0, 0, 0, 1, 0, 0, 0, 1}, .ms = {1, 4, 5}};
    const SurrogateQuality quality = assess(surrogate, samples);
    EXPECT_EQ(quality.count, 3U);
    EXPECT_DOUBLE_EQ(quality.mae_ms, 1);
    EXPECT_DOUBLE_EQ(quality.mape_percent, 145.0 / 3);
    EXPECT_DOUBLE_EQ(quality.spearman, 1);
    samples.ms = {5, 4, 1};
    EXPECT_DOUBLE_EQ(assess(surrogate, samples).spearman, -1);
}

TEST(LatencySurrogate, QualityOfOneSampleHasNoRankCorrelation) {
    const SurrogateSamples one{.features = 1, .points = {1}, .ms = {4}};
    const SurrogateQuality quality = assess(LinearSurrogate(0, {3}), one);
    EXPECT_DOUBLE_EQ(quality.mape_percent, 25);
    EXPECT_TRUE(std::isnan(quality.spearman));
}

}  // namespace
}  // namespace hpnas

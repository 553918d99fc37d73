#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <limits>

#include "hpnas/train/gradient_norm.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

TEST(GradientNorm, IsEuclideanAndSkipsTheGaps) {
    const Parameters parameters(test::linear_network(3, 1));
    std::vector<float> gradients(parameters.trainable().size(), std::numeric_limits<float>::quiet_NaN());
    const std::vector<float> weight{2, 3, 6};
    std::ranges::copy(weight, gradients.begin() + static_cast<std::ptrdiff_t>(parameters.find("fc.weight")->offset));
    gradients[parameters.find("fc.bias")->offset] = 24;
    EXPECT_EQ(gradient_norm(make_chunks(parameters), gradients), 25.0);  // 4 + 9 + 36 + 576 = 625
}

TEST(GradientNorm, DoesNotDependOnThreads) {
    const Parameters parameters(test::linear_network(999, 77));
    const std::vector<float> gradients = test::wave(parameters.trainable().size(), 0.123, 0.4, 1.0);
    const std::vector<Chunk> chunks = make_chunks(parameters);
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const double one = gradient_norm(chunks, gradients);
    omp_set_num_threads(2);
    EXPECT_EQ(gradient_norm(chunks, gradients), one);
    omp_set_num_threads(threads);
    EXPECT_NEAR(one, std::sqrt(0.5 * 77000), 0.5);  // the mean of sin^2 over many periods is 1/2
}

TEST(ClipFactor, BringsLongGradientsDownToTheLimit) {
    EXPECT_EQ(clip_factor(8.0, 2.0), 0.25);
    EXPECT_EQ(clip_factor(1.0, 2.0), 1.0);
    EXPECT_EQ(clip_factor(0.0, 2.0), 1.0);
    EXPECT_EQ(clip_factor(8.0, 0.0), 1.0);  // off
}

}  // namespace
}  // namespace hpnas

#pragma once
#include <gtest/gtest.h>

#include <vector>

#include "hpnas/train/optimizer.hpp"
#include "train/toy_networks.hpp"

namespace hpnas::test {

/// The optimiser problem of torch_golden.py: seven weights; four steps with gradients wave(7, 0.9, step, 1) and rates
/// 0.1, 0.05, 0.1, 0.02. A bias beside them has gradient 0: it must stay where it is, decay or not.
inline std::vector<float> run_golden_problem(Optimizer& optimizer) {
    Parameters parameters(linear_network(7, 1));
    set(parameters, "fc.weight", wave(7, 0.7, 0.3, 1.0));
    set(parameters, "fc.bias", {0.5F});
    optimizer.start(parameters);
    const std::size_t offset = parameters.find("fc.weight")->offset;
    const double rates[] = {0.1, 0.05, 0.1, 0.02};
    for (int step = 0; step < 4; ++step) {
        std::vector<float> gradients(parameters.trainable().size(), 0.0F);
        std::ranges::copy(wave(7, 0.9, step, 1.0), gradients.begin() + static_cast<std::ptrdiff_t>(offset));
        optimizer.step(parameters.trainable(), gradients, {rates[step], 1.0});
    }
    EXPECT_EQ(get(parameters, "fc.bias")[0], 0.5F);
    return get(parameters, "fc.weight");
}

inline void expect_near(const std::vector<float>& got, const std::vector<float>& expected, float tolerance) {
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], tolerance) << "at " << i;
}

}  // namespace hpnas::test

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hpnas/score/random_weights.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

double mean_square(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value) * value;
    return sum / static_cast<double>(values.size());
}

TEST(DrawNormalWeights, GivesWeightsTheirDeviationAndBiasesZero) {
    NetworkBuilder b;
    NodeId x = b.add("conv", make_conv2d({.out = 64, .kernel = 3, .bias = true}), b.input("x", {4, 4, 32}));
    x = b.add("bn", make_batch_norm(), x);
    test::OwnProbe probe(std::move(b).finish({x}));
    Parameters parameters(probe.network());
    const auto values = [&](const char* name) { return parameters.values(*parameters.find(name)); };
    std::ranges::fill(parameters.all(), 7.0F);
    draw_normal_weights(*probe, WeightScale::unit, "test", probe.network(), parameters);
    EXPECT_NEAR(mean_square(values("conv.weight")), 1, 4 * std::sqrt(2.0 / 18432));  // four standard errors
    EXPECT_EQ(mean_square(values("conv.bias")), 0);
    EXPECT_EQ(values("bn.weight")[0], 1);
    EXPECT_EQ(values("bn.bias")[0], 0);
    EXPECT_EQ(values("bn.running_mean")[0], 7);  // left alone
    draw_normal_weights(*probe, WeightScale::fan_in, "test", probe.network(), parameters);
    EXPECT_NEAR(mean_square(values("conv.weight")) * 288 / 2, 1, 4 * std::sqrt(2.0 / 18432));
}

TEST(DrawNormalWeights, DependsOnThePurpose) {
    test::OwnProbe probe;
    Parameters one(probe.network()), two(probe.network());
    draw_normal_weights(*probe, WeightScale::unit, "one", probe.network(), one);
    draw_normal_weights(*probe, WeightScale::unit, "two", probe.network(), two);
    EXPECT_FALSE(std::ranges::equal(one.all(), two.all()));
    draw_normal_weights(*probe, WeightScale::unit, "one", probe.network(), two);
    EXPECT_TRUE(std::ranges::equal(one.trainable(), two.trainable()));
}

TEST(InitialParameters, AreTheProbesWhereItHasThem) {
    ProbeSettings settings{.batch = 4, .seed = 5};
    settings.weights = [](Parameters& to) { std::ranges::fill(to.values(*to.find("a.conv.weight")), 7.0F); };
    test::OwnProbe own(test::data_free_network(), settings), plain;
    Parameters drawn(own.network()), plainly_drawn(own.network());
    draw_normal_weights(*own, WeightScale::unit, "test", own.network(), drawn);
    draw_normal_weights(*plain, WeightScale::unit, "test", own.network(), plainly_drawn);
    const Parameters initial = initial_parameters(*own, own.network()),
                     plainly = initial_parameters(*plain, own.network());
    for (const Parameters::Entry& entry : initial.entries()) {
        const bool given = entry.name == "a.conv.weight";
        EXPECT_EQ(initial.values(entry)[0] == 7, given) << entry.name;
        EXPECT_EQ(std::as_const(drawn).values(entry)[0] == 7, given) << entry.name;
        if (given) continue;
        EXPECT_TRUE(std::ranges::equal(initial.values(entry), plainly.values(entry))) << entry.name;
        EXPECT_TRUE(std::ranges::equal(drawn.values(entry), plainly_drawn.values(entry))) << entry.name;
    }
}

}  // namespace
}  // namespace hpnas

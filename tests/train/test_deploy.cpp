#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/train/deploy.hpp"
#include "train/random_network.hpp"

namespace hpnas {
namespace {

void set(Parameters& parameters, const std::string& name, std::vector<float> values) {
    const Parameters::Entry* entry = parameters.find(name);
    ASSERT_NE(entry, nullptr) << name;
    std::copy(values.begin(), values.end(), parameters.values(*entry).begin());
}

float get(const Parameters& parameters, const std::string& name, std::size_t i = 0) {
    return parameters.values(*parameters.find(name))[i];
}

TEST(Deploy, FoldsScaleShiftMeanAndVarianceByHand) {
    NetworkBuilder b;
    const NodeId conv = b.add("conv", make_conv2d({.out = 2}), b.input("x", {1, 1, 1}));
    const Network network = std::move(b).finish({b.add("bn", make_batch_norm({.eps = 0}), conv)});
    Parameters parameters(network);
    set(parameters, "conv.weight", {3, 5});
    set(parameters, "bn.weight", {2, 1});
    set(parameters, "bn.bias", {10, 20});
    set(parameters, "bn.running_mean", {1, 0});
    set(parameters, "bn.running_var", {4, 1});
    const Deployed deployed = deploy(network, parameters);
    // channel 0: (3 x - 1) / 2 * 2 + 10 = 3 x + 9; channel 1: 5 x + 20
    EXPECT_FLOAT_EQ(get(deployed.parameters, "conv.weight", 0), 3);
    EXPECT_FLOAT_EQ(get(deployed.parameters, "conv.bias", 0), 9);
    EXPECT_FLOAT_EQ(get(deployed.parameters, "conv.weight", 1), 5);
    EXPECT_FLOAT_EQ(get(deployed.parameters, "conv.bias", 1), 20);
    EXPECT_EQ(deployed.parameters.find("bn.weight"), nullptr);
}

TEST(Deploy, TheConvolutionsOwnBiasIsShiftedToo) {
    NetworkBuilder b;
    const NodeId conv = b.add("conv", make_conv2d({.out = 1, .bias = true}), b.input("x", {1, 1, 1}));
    const Network network = std::move(b).finish({b.add("bn", make_batch_norm({.eps = 0, .affine = false}), conv)});
    Parameters parameters(network);
    set(parameters, "conv.weight", {3});
    set(parameters, "conv.bias", {7});
    set(parameters, "bn.running_mean", {1});
    set(parameters, "bn.running_var", {4});
    const Deployed deployed = deploy(network, parameters);
    EXPECT_FLOAT_EQ(get(deployed.parameters, "conv.weight"), 1.5F);
    EXPECT_FLOAT_EQ(get(deployed.parameters, "conv.bias"), 3);  // (7 - 1) / 2
}

TEST(Deploy, OtherParametersAreCopied) {
    const Network network = testing::random_network(3);
    Parameters parameters(network);
    parameters.initialize(1);
    const Deployed deployed = deploy(network, parameters);
    EXPECT_EQ(get(deployed.parameters, "fc.weight", 3), get(parameters, "fc.weight", 3));
    EXPECT_LT(deployed.network.nodes().size(), network.nodes().size());
}

TEST(Deploy, ParametersOfAnotherNetworkAreRefused) {
    const Parameters other(testing::random_network(3));
    NetworkBuilder b;
    const NodeId conv = b.add("lonely", make_conv2d({.out = 1}), b.input("x", {1, 1, 1}));
    const Network network = std::move(b).finish({b.add("norm", make_batch_norm(), conv)});
    EXPECT_THROW(deploy(network, other), InternalError);
}

}  // namespace
}  // namespace hpnas

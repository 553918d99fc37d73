#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activation.hpp"

namespace hpnas {
namespace {

TEST(ActivationNames, ReadBackAsTheSameActivation) {
    for (const Activation a : {Activation::none, Activation::relu, Activation::swish, Activation::sigmoid,
                               Activation::gelu, Activation::tanh, Activation::leaky_relu}) {
        EXPECT_EQ(activation_from(to_string(a)), a);
    }
}

TEST(ActivationNames, AnUnknownOneListsTheKnown) {
    try {
        activation_from("silu");
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(),
                     "unknown activation 'silu'; known: none, relu, swish, sigmoid, gelu, tanh, leaky_relu, relu6");
    }
}

}  // namespace
}  // namespace hpnas

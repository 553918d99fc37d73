#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

// By hand, 4 channels, 10 classes: stem 27 * 4 + 8, 5x5 layer 400 + 8, 3x3 layer 144 + 8, head 50.
TEST(FiveLayerSpace, ParametersAreThoseOfTheChosenLayers) {
    const auto space = make_space("{name: five_layer, channels: 4}", {.classes = 10});
    const auto parameters = [&](const char* arch) { return space->decode(space->parse(arch)).cost().parameters; };
    EXPECT_EQ(parameters("max_pool,max_pool,max_pool,max_pool,max_pool"), 116 + 50);
    EXPECT_EQ(parameters("conv5x5,max_pool,conv3x3,max_pool,max_pool"), 116 + 408 + 152 + 50);
}

TEST(FiveLayerSpace, SizesAreHalvedWhereSaid) {
    const auto space = make_space("{name: five_layer, halve_after: [2]}");
    const Network network = space->decode(space->parse("0,1,2,0,1"));
    EXPECT_EQ(network.input_shape(network.blocks().back()), (Shape{16, 16, 16}));
    EXPECT_THROW(make_space("{name: five_layer, halve_after: [1, 2, 3]}", {.resolution = 4}), ConfigError);
}

TEST(FiveLayerSpace, HasThreeChoicesPerLayer) {
    const auto space = make_space("five_layer");
    ASSERT_EQ(space->decisions().size(), 5U);
    for (const Decision& decision : space->decisions()) EXPECT_EQ(decision.values.size(), 3U);
    EXPECT_EQ(space->format(space->parse("conv5x5,conv3x3,max_pool,max_pool,conv3x3")),
              "conv5x5,conv3x3,max_pool,max_pool,conv3x3");
    EXPECT_THROW(space->parse("conv5x5,conv7x7,max_pool,max_pool,conv3x3"), EncodingError);
}

}  // namespace
}  // namespace hpnas::test

#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/score/linear_regions.hpp"
#include "score/golden_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

/// One image of `side` * `side` pixels with a ReLU for each.
Network rectifiers(std::int64_t side) {
    NetworkBuilder b;
    const NodeId relu = b.add("relu", make_relu(), b.input("image", {side, side, 1}));
    return std::move(b).finish({b.add("pool", make_global_average_pool(), relu)});
}

class Regions : public ::testing::Test {
protected:
    std::optional<double> regions(const Network& network, const LinearRegionsOptions& options, std::uint64_t seed = 1) {
        ScoreProbe probe(network, {engine, arena}, {.batch = 4, .seed = seed});
        return LinearRegions(options).compute(probe);
    }
    kernel::Engine engine;
    Arena arena;
};

TEST_F(Regions, OfSeparateRectifiersAreTheOrthants) {
    // 4 pixels: 16 orthants of equal probability, each missed by 1000 samples with probability 1e-28.
    EXPECT_EQ(regions(rectifiers(8), {.samples = 1000, .resolution = 2}), 16.0);
    EXPECT_EQ(regions(rectifiers(1), {.samples = 50, .resolution = 0}), 2.0);
}

TEST_F(Regions, OnALineAreOneMoreThanTheUnitsThatSwitch) {
    // A line between two points meets each of the 9 coordinate planes at most once: 1 to 10 regions.
    double most = 0;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        const double value = regions(rectifiers(3), {.samples = 4000, .resolution = 3, .segment = true}, seed).value();
        EXPECT_GE(value, 1);
        EXPECT_LE(value, 10);
        most = std::max(most, value);
    }
    EXPECT_GE(most, 5);  // 9 signs, each of which differs with probability 1/2
}

TEST_F(Regions, OfATinyNetworkAreFewerThanOfAWideOne) {
    const auto network = [](std::int64_t width) {
        NetworkBuilder b;
        NodeId y = b.add("conv", make_conv2d({.out = width, .kernel = 3}), b.input("image", {8, 8, 3}));
        y = b.add("relu", make_relu(), b.add("norm", make_batch_norm(), y));
        return std::move(b).finish({b.add("pool", make_global_average_pool(), y)});
    };
    const double one = regions(network(1), {.resolution = 3}).value(),
                 two = regions(network(2), {.resolution = 3}).value();
    EXPECT_LE(one, 512);  // 9 units
    EXPECT_LT(one, two);
    EXPECT_LE(two, 1000);
}

TEST_F(Regions, StartFromTheProbesWeights) {
    NetworkBuilder b;
    const NodeId relu = b.add("relu", make_relu(), b.add("conv", make_conv2d({.out = 4}), b.input("image", {2, 2, 1})));
    const Network network = std::move(b).finish({relu});
    ProbeSettings settings{.batch = 4, .seed = 1};
    settings.weights = [](Parameters& to) { std::ranges::fill(to.all(), 0.0F); };  // switches no ReLU
    ScoreProbe probe(network, {engine, arena}, settings);
    const LinearRegionsOptions options{.samples = 50, .resolution = 0};
    EXPECT_EQ(LinearRegions(options).compute(probe), 1.0);
    EXPECT_GT(regions(network, options), 1.0);
}

TEST_F(Regions, AreNotDefinedWithoutRectifiersOrWhereTheNetworkDoesNotFit) {
    NetworkBuilder b;
    const NodeId y = b.add("conv", make_conv2d({.out = 2, .kernel = 5, .padding = 0}), b.input("image", {8, 8, 3}));
    const NodeId relu = b.add("relu", make_relu(), y);
    const Network network = std::move(b).finish({relu});
    EXPECT_EQ(regions(network, {}), std::nullopt) << "a kernel of 5 does not fit 4 x 4 pixels";
    EXPECT_TRUE(regions(network, {.resolution = 0}).has_value());
    EXPECT_THROW(at_resolution(network, 4), ShapeError);
    NetworkBuilder plain;
    const NodeId pool = plain.add("pool", make_global_average_pool(), plain.input("image", {8, 8, 3}));
    EXPECT_EQ(regions(std::move(plain).finish({pool}), {}), std::nullopt);
}

}  // namespace
}  // namespace hpnas

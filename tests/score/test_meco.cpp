#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/attention.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/score/meco.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

double meco(Network network, MecoOptions options = {}) {
    test::OwnProbe probe(std::move(network));
    return Meco(options).compute(*probe).value();
}

Network image(std::int64_t side, std::int64_t channels, bool doubled) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {side, side, channels});
    return std::move(b).finish({doubled ? b.add("twice", make_concat(), {x, x}) : b.add("same", make_identity(), x)});
}

TEST(Meco, IndependentChannelsAreNearlyUncorrelated) {
    // Correlations of 65536 pixels are about 1 / 256: the least eigenvalue of two channels is 1 - |r|.
    EXPECT_NEAR(meco(image(256, 2, false)), 1, 4.0 / 256);
}

TEST(Meco, EqualChannelsGiveZero) { EXPECT_NEAR(meco(image(8, 2, true)), 0, 1e-6); }

TEST(Meco, SumsOverFeatureMaps) {
    NetworkBuilder b;
    NodeId x = b.input("x", {256, 256, 2});
    for (const char* name : {"one", "two", "three"}) x = b.add(name, make_relu(), x);
    EXPECT_NEAR(meco(std::move(b).finish({x})), 3, 3 * 4.0 / 256);
}

TEST(Meco, DrawnChannelsStandForAll) {
    // 2 of 16 independent channels: the eigenvalue near 1 counts 8 times.
    EXPECT_NEAR(meco(image(256, 16, false), {.channels = 2}), 8, 8 * 4.0 / 256);
    EXPECT_EQ(meco(image(16, 4, false), {.channels = 4}), meco(image(16, 4, false)));
}

TEST(Meco, IsNotDefinedWithoutFeatureMaps) {
    NetworkBuilder b;
    test::OwnProbe probe(std::move(b).finish({b.add("fc", make_linear({.out = 4}), b.input("x", {3}))}));
    EXPECT_EQ(Meco({}).compute(*probe), std::nullopt);

    NetworkBuilder transformer;
    const NodeId image = transformer.input("x", {2, 2, 3});
    const NodeId tokens =
        transformer.add("tokens", make_reshape({.sizes = {4, 3}}), transformer.add("relu", make_relu(), image));
    const NodeId qkv = transformer.add("qkv", make_linear({.out = 6}), tokens);
    test::OwnProbe attends(
        std::move(transformer).finish({transformer.add("attention", make_attention({.heads = 1}), qkv)}));
    EXPECT_EQ(Meco({}).compute(*attends), std::nullopt);  // its maps are patches before they are tokens
}

}  // namespace
}  // namespace hpnas

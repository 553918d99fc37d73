#include <gtest/gtest.h>

#include "hpnas/space/additive_cost.hpp"
#include "hpnas/space/mbconv_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

// Golden values: sizes of the published networks (to 50 parameters, 0.05 M MACs).
TEST(MbconvSpace, PublishedNetworksHaveTheirSizes) {
    const auto space = make_space("mbconv", {.classes = 1000});
    const auto cost = [&](const char* name) { return space->decode(space->parse(name)).cost(); };
    EXPECT_NEAR(static_cast<double>(cost("unas_mbconv").parameters), 5.9655e6, 50);
    EXPECT_NEAR(static_cast<double>(cost("unas_mbconv").macs), 428.0e6, 0.05e6);
    EXPECT_NEAR(static_cast<double>(cost("proxylessnas_gpu").parameters), 7.1198e6, 50);
    EXPECT_NEAR(static_cast<double>(cost("proxylessnas_gpu").macs), 465.3e6, 0.05e6);
}

// 15 layers of 7 choices, 6 of 6: 141 in all.
TEST(MbconvSpace, LayersThatChangeTheShapeCannotBeSkipped) {
    const auto space = make_space("mbconv");
    std::size_t choices = 0;
    for (const Decision& decision : space->decisions()) choices += decision.values.size();
    EXPECT_EQ(space->decisions().size(), 21U);
    EXPECT_EQ(choices, 141U);
    for (const std::size_t layer : {0, 4, 8, 12, 16, 20})
        EXPECT_EQ(space->decisions()[layer].values.size(), 6U) << layer;
}

TEST(MbconvSpace, NotationNamesOperations) {
    const auto space = make_space("mbconv");
    const Encoding x = space->parse("unas_mbconv");
    EXPECT_EQ(space->format(x).substr(0, 24), "k5e3,k3e3,skip,skip,k7e3");
    EXPECT_EQ(space->parse(space->format(x)), x);
    EXPECT_THROW(space->parse("skip,k3e3"), EncodingError);
}

TEST(MbconvSpace, ProfilesDivideTheSizeBy32And8) {
    const auto last_size = [](const char* yaml) {
        const auto space = make_space(yaml);
        const Network network = space->decode(space->parse("unas_mbconv"));
        return network.input_shape(network.blocks().back());
    };
    EXPECT_EQ(last_size("mbconv"), (Shape{7, 7, 432}));
    EXPECT_EQ(last_size("{name: mbconv, profile: cifar, width: 0.25}"), (Shape{4, 4, 108}));
}

TEST(MbconvSpace, SegmentsAddUpToTheNetwork) {
    const auto space = make_space("{name: mbconv, profile: cifar}");
    const auto segmentation = space->segmentation();
    ASSERT_TRUE(segmentation);
    const AdditiveCost macs(*segmentation, block_costs(*segmentation, [](const Network& block) {
        return static_cast<double>(block.cost().macs);
    }));
    Rng rng(1, Purpose::test);
    for (int i = 0; i < 20; ++i) {
        const Encoding x = space->sample(rng);
        EXPECT_EQ(macs(x), static_cast<double>(space->decode(x).cost().macs));
    }
}

}  // namespace
}  // namespace hpnas::test

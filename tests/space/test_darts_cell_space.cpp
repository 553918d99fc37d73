#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

Cost cost(const std::string& space, std::int64_t classes, const char* arch) {
    const auto cells = make_space(space, {.classes = classes});
    return cells->decode(cells->parse(arch)).cost();
}

// Golden values: sizes of the published networks, auxiliary head left out (parameters to 100, MACs to 0.1 M).
TEST(DartsCellSpace, PublishedNetworksHaveTheirSizes) {
    const Cost cifar10 = cost("{name: darts_cell, channels: 36, cells: 20}", 10, "unas_cifar10");
    EXPECT_NEAR(static_cast<double>(cifar10.parameters), 3.3308e6, 50);
    EXPECT_NEAR(static_cast<double>(cifar10.macs), 516.3e6, 0.05e6);
    const Cost cifar100 = cost("{name: darts_cell, channels: 36, cells: 20}", 100, "unas_cifar100");
    EXPECT_NEAR(static_cast<double>(cifar100.parameters), 4.0672e6, 50);
    EXPECT_NEAR(static_cast<double>(cifar100.macs), 614.1e6, 0.05e6);
    const Cost imagenet = cost("{name: darts_cell, channels: 46, cells: 14, stem: imagenet}", 1000, "unas_imagenet");
    EXPECT_NEAR(static_cast<double>(imagenet.parameters), 5.074e6, 500);
    EXPECT_NEAR(static_cast<double>(imagenet.macs), 548.6e6, 0.05e6);
    const Cost wider = cost("{name: darts_cell, channels: 48, cells: 14, stem: imagenet}", 1000, "unas_imagenet");
    EXPECT_NEAR(static_cast<double>(wider.parameters), 5.479e6, 500);
    EXPECT_NEAR(static_cast<double>(wider.macs), 595.2e6, 0.05e6);
}

// 576 channels behind the second reduction: 576 * 128 + 2 * 128 + 4 * 128 * 768 + 2 * 768 + 768 * 10 + 10 parameters.
TEST(DartsCellSpace, AuxiliaryClassifierIsASecondOutput) {
    const std::string plain = "{name: darts_cell, channels: 36, cells: 20}";
    const std::string both = "{name: darts_cell, channels: 36, cells: 20, auxiliary: true}";
    EXPECT_EQ(cost(both, 10, "unas_cifar10").parameters - cost(plain, 10, "unas_cifar10").parameters, 476426);
    const auto space = make_space(both, {.classes = 10});
    const Network network = space->decode(space->parse("unas_cifar10"));
    ASSERT_EQ(network.outputs().size(), 2U);
    EXPECT_EQ(network.node(network.outputs()[0]).name, "head.fc");
    EXPECT_EQ(network.node(network.outputs()[1]).name, "auxiliary.fc");
    EXPECT_EQ(network.node(network.outputs()[1]).shape, Shape{10});
    EXPECT_THROW(make_space("{name: darts_cell, auxiliary: true, resolution: 28}"), ConfigError);
}

TEST(DartsCellSpace, SlotsOfANodeHaveNoOrder) {
    const auto space = make_space("darts_cell");
    const Encoding x = space->parse("unas_cifar10");
    Encoding y = x;
    std::swap(y[0], y[2]);  // input and operation of the two slots of the first normal node
    std::swap(y[1], y[3]);
    EXPECT_NE(x, y);
    EXPECT_EQ(space->canonical(x), space->canonical(y));
}

TEST(DartsCellSpace, NodesReadThePreviousCellsAndEarlierNodes) {
    const auto space = make_space("darts_cell");
    const auto decisions = space->decisions();
    ASSERT_EQ(decisions.size(), 32U);
    EXPECT_EQ(decisions[0].name, "normal.node0.slot0.input");
    EXPECT_EQ(decisions[0].values.size(), 2U);
    EXPECT_EQ(decisions[12].name, "normal.node3.slot0.input");
    EXPECT_EQ(decisions[12].values.size(), 5U);
    EXPECT_EQ(decisions[31].name, "reduce.node3.slot1.op");
    EXPECT_EQ(decisions[31].values.size(), 7U);
}

TEST(DartsCellSpace, WhatDoesNotFitIsRefused) {
    EXPECT_THROW(make_space("{name: darts_cell, channels: 15}"), ConfigError);
    EXPECT_THROW(make_space("{name: darts_cell, resolution: 30}"), ConfigError);
    const auto few = make_space("{name: darts_cell, operations: 3}");
    EXPECT_THROW(few->parse("unas_cifar10"), EncodingError);
}

}  // namespace
}  // namespace hpnas::test

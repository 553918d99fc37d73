#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/embedding.hpp"
#include "hpnas/op/squeeze_excite.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/score/perturbation.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

std::vector<std::string> names(const Network& network) {
    std::vector<std::string> result;
    for (const Node& node : network.nodes()) result.push_back(node.name);
    return result;
}

TEST(PerturbedPart, EndsBeforeThePoolingAndHasNoLinks) {
    const Network part = perturbed_part(test::data_free_network(), "remove");
    EXPECT_EQ(names(part),
              (std::vector<std::string>{"input", "stem.conv", "stem.bn", "a.relu", "a.conv", "a.bn", "b.relu1",
                                        "b.conv1", "b.bn1", "b.relu2", "b.conv2", "b.bn2", "head.bn", "head.relu"}));
    EXPECT_EQ(part.node(part.outputs()[0]).name, "head.relu");
}

TEST(PerturbedPart, KeepsLinksIfAskedToAndInCells) {
    EXPECT_EQ(perturbed_part(test::data_free_network(), "keep").nodes().size(),
              test::data_free_network().nodes().size() - 2);
    NetworkBuilder b;
    NodeId x = b.input("x", {4, 4, 2});
    b.push_scope("cell");
    b.begin_block("nasbench201 |...|");
    x = b.add("add", make_add(), {b.add("conv", make_conv2d({.out = 2}), x), x});
    b.end_block();
    b.pop_scope();
    const Network network = std::move(b).finish({b.add("pool", make_global_average_pool(), x)});
    EXPECT_EQ(names(perturbed_part(network, "automatic")), (std::vector<std::string>{"x", "cell.conv", "cell.add"}));
    EXPECT_EQ(names(perturbed_part(network, "remove")), (std::vector<std::string>{"x", "cell.conv"}));
}

TEST(PerturbedPart, HasNoSqueezeAndExcitation) {
    NetworkBuilder b;
    NodeId x = b.add("conv", make_conv2d({.out = 4}), b.input("x", {4, 4, 2}));
    x = b.add("se", make_squeeze_excite({.reduced = 1}), x);
    const Network network = std::move(b).finish({b.add("pool", make_global_average_pool(), x)});
    EXPECT_EQ(names(perturbed_part(network, "remove")), (std::vector<std::string>{"x", "conv"}));
}

TEST(Perturb, OfALinearNetworkIsTheChangeOfTheImages) {
    // One 1x1 convolution from one channel: |w gamma B| is gamma |w| |B|, and its norm term is absent.
    NetworkBuilder b;
    const NodeId x = b.add("conv", make_conv2d({.out = 1}), b.input("x", {32, 32, 1}));
    test::OwnProbe probe(std::move(b).finish({b.add("pool", make_global_average_pool(), x)}));
    const PerturbationOptions wide{.repeats = 1, .batch = 64, .gamma = 0.5},
        narrow{.repeats = 1, .batch = 64, .gamma = 0.25};
    const PerturbationDraw one = perturb(*probe, wide, NormVariance::batch).at(0);
    EXPECT_EQ(one.log_norms, 0);
    EXPECT_NEAR(one.log_difference - perturb(*probe, narrow, NormVariance::batch).at(0).log_difference, std::log(2.0),
                1e-6);
}

TEST(Perturb, OfADeadBranchLeavesItsNormOut) {
    NetworkBuilder b;
    const NodeId input = b.input("x", {4, 4, 1});
    const NodeId norm = b.add("bn", make_batch_norm(), input);
    test::OwnProbe probe(std::move(b).finish({b.add("pool", make_global_average_pool(), norm)}));
    // Variance of standard normal numbers: ln sqrt(1) within four standard errors, sqrt(2 / 16384) / 2 each.
    const PerturbationOptions options{.repeats = 1, .batch = 1024};
    EXPECT_NEAR(perturb(*probe, options, NormVariance::batch).at(0).log_norms, 0, 4 * 0.0055);
}

TEST(Perturb, IsEmptyForTokens) {
    NetworkBuilder b;
    const NodeId x = b.add("table", make_embedding({.vocabulary = 10, .out = 4}), b.input("tokens", {6}));
    test::OwnProbe probe(std::move(b).finish({b.add("mean", make_token_mean({}), x)}));
    EXPECT_TRUE(perturb(*probe, {}, NormVariance::batch).empty());
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/weighted_sum.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/active_nodes.hpp"
#include "hpnas/train/executor.hpp"
#include "train/random_network.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t batch = 2;

/// Nodes of one option.
using Branch = std::vector<NodeId>;

/// A stem, mixtures of four options each (convolution with residual, ReLU before a convolution, identity, a pair of
/// convolutions), all reading both values before, and a classifier. Built with one option per mixture it is the network
/// of a choice.
struct Mixed {
    Network network;
    std::vector<std::vector<Branch>> branches;  // per mixture and option
};

NodeId option(NetworkBuilder& b, int which, NodeId recent, NodeId older) {
    switch (which) {
        case 0: {
            const NodeId norm =
                b.add("bn", make_batch_norm(), b.add("conv", make_conv2d({.out = 8, .kernel = 3}), recent));
            return b.add("add", make_add(), {norm, older});
        }
        case 1:
            return b.add("conv", make_conv2d({.out = 8}), b.add("relu", make_relu(), older));
        case 2:
            return b.add("identity", make_identity(), recent);
        default: {
            const NodeId first =
                b.add("act", make_relu(),
                      b.add("bn1", make_batch_norm(), b.add("conv1", make_conv2d({.out = 8, .kernel = 3}), recent)));
            return b.add(
                "relu", make_relu(),
                b.add("bn2", make_batch_norm({.affine = false}), b.add("conv2", make_conv2d({.out = 8}), first)));
        }
    }
}

/// @param chosen  per mixture the options that exist; weights are an input per mixture
Mixed mixed_network(const std::vector<std::vector<int>>& chosen) {
    NetworkBuilder b;
    Mixed result;
    const NodeId image = b.input("image", {6, 6, 3});
    std::vector<NodeId> weights;
    for (std::size_t m = 0; m < chosen.size(); ++m)
        weights.push_back(b.input("weights" + std::to_string(m), {static_cast<std::int64_t>(chosen[m].size())}));
    NodeId older = b.add("stem", make_conv2d({.out = 8, .kernel = 3}), image),
           recent = b.add("stem_bn", make_batch_norm(), older);
    for (std::size_t m = 0; m < chosen.size(); ++m) {
        std::vector<NodeId> ends;
        result.branches.emplace_back();
        for (const int which : chosen[m]) {
            b.push_scope("m" + std::to_string(m) + ".o" + std::to_string(which));
            const NodeId first = ends.empty() ? recent + 1 : ends.back() + 1;
            ends.push_back(option(b, which, recent, older));
            b.pop_scope();
            result.branches.back().emplace_back();
            for (NodeId id = std::max(first, recent + 1); id <= ends.back(); ++id)
                result.branches.back().back().push_back(id);
        }
        ends.push_back(weights[m]);
        older = recent;
        recent = b.add("m" + std::to_string(m), make_weighted_sum(), ends);
    }
    const NodeId pooled = b.add("pool", make_global_average_pool(), recent);
    result.network = std::move(b).finish({b.add("fc", make_linear({.out = 4}), pooled)});
    return result;
}

struct Passes {
    explicit Passes(const Mixed& m) : mixed(m), parameters(m.network) {
        parameters.initialize(5);
        std::byte* region = arena.acquire(1 << 24);
        std::fill_n(region, 1 << 24, std::byte{0xff});  // NaN wherever something is read that was not written
        arena.give_back(region);
        executor.emplace(mixed.network, parameters, Device{engine, arena},
                         Executor::Options{.batch = batch, .input_gradients = true});
    }
    void pass(const std::vector<std::vector<float>>& weights) {
        for (std::size_t i = 0; i < executor->input().size(); ++i)
            executor->input()[i] = std::sin(static_cast<float>(i));
        for (std::size_t m = 0; m < weights.size(); ++m)
            for (std::size_t i = 0; i < executor->input(m + 1).size(); ++i)
                executor->input(m + 1)[i] = weights[m][i % weights[m].size()];
        executor->forward();
        for (std::size_t i = 0; i < executor->output_gradient().size(); ++i)
            executor->output_gradient()[i] = std::cos(static_cast<float>(i));
        executor->backward();
    }
    std::vector<float> output() const { return {executor->output().begin(), executor->output().end()}; }
    std::vector<float> input_gradient(std::size_t i = 0) const {
        return {executor->input_gradient(i).begin(), executor->input_gradient(i).end()};
    }
    std::vector<float> gradient(const std::string& name) {
        const auto* entry = parameters.find(name);
        const auto all =
            executor->gradients().subspan(entry->offset, static_cast<std::size_t>(entry->spec.shape.count()));
        return {all.begin(), all.end()};
    }
    /// What the pass must give whichever way it was skipped.
    std::vector<std::vector<float>> everything() {
        std::vector<std::vector<float>> all{output()};
        for (std::size_t i = 0; i < mixed.network.inputs().size(); ++i) all.push_back(input_gradient(i));
        for (const auto& entry : parameters.entries())
            if (entry.spec.trainable()) all.push_back(gradient(entry.name));
        return all;
    }
    Mixed mixed;
    kernel::Engine engine;
    Arena arena;
    Parameters parameters;
    std::optional<Executor> executor;
};

const std::vector<std::vector<int>> all_options{{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 1, 2, 3}};

std::vector<NodeId> inactive_nodes(const Mixed& mixed, const std::vector<std::vector<float>>& weights) {
    std::vector<NodeId> nodes;
    for (std::size_t m = 0; m < weights.size(); ++m)
        for (std::size_t k = 0; k < weights[m].size(); ++k)
            if (weights[m][k] == 0.0F)
                nodes.insert(nodes.end(), mixed.branches[m][k].begin(), mixed.branches[m][k].end());
    return nodes;
}

// The kernels that run get the same numbers in the same order; only sums of gradients lose exact zeros.
TEST(ActiveNodes, SkippingOptionsOfWeightZeroChangesNothing) {
    const std::vector<std::vector<std::vector<float>>> cases{{{0.5F, 0, 0.25F, 0}, {0, 1, 0, 0}, {0, 0, 0.75F, 2}},
                                                             {{1, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}},
                                                             {{0, 0, 1, 0}, {0, 1, 0, 0}, {1, 0, 0, 0}},
                                                             {{0, 1, 0, 0}, {0, 1, 0, 0}, {0, 1, 0, 0}},
                                                             {{1, 1, 1, 1}, {0.5F, 0.5F, 0.5F, 0.5F}, {1, 2, 3, 4}}};
    for (const auto& weights : cases) {
        Passes full(mixed_network(all_options)), skipping(mixed_network(all_options)),
            fresh(mixed_network(all_options));
        full.pass(weights);
        fresh.executor->set_inactive(inactive_nodes(fresh.mixed, weights));
        fresh.pass(weights);
        EXPECT_EQ(fresh.everything(), full.everything());
        skipping.pass(cases.back());  // leaves something everywhere
        std::ranges::fill(skipping.executor->gradients(), std::numeric_limits<float>::quiet_NaN());
        skipping.executor->set_inactive(inactive_nodes(skipping.mixed, weights));
        skipping.pass(weights);
        EXPECT_EQ(skipping.everything(), full.everything());
        skipping.executor->set_inactive({});
        skipping.pass(weights);
        EXPECT_EQ(skipping.everything(), full.everything());
    }
}

TEST(ActiveNodes, OneHotPointIsTheNetworkOfTheChoice) {
    Passes supernet(mixed_network(all_options)), discrete(mixed_network({{3}, {0}, {1}}));
    const std::vector<std::vector<float>> weights{{0, 0, 0, 1}, {1, 0, 0, 0}, {0, 1, 0, 0}};
    supernet.executor->set_inactive(inactive_nodes(supernet.mixed, weights));
    supernet.pass(weights);
    discrete.pass({{1}, {1}, {1}});
    EXPECT_EQ(supernet.output(), discrete.output());  // weights start by their names
    EXPECT_EQ(supernet.input_gradient(), discrete.input_gradient());
    for (const auto& entry : discrete.parameters.entries()) {
        if (!entry.spec.trainable()) continue;
        EXPECT_EQ(supernet.gradient(entry.name), discrete.gradient(entry.name)) << entry.name;
    }
    for (const float x : supernet.gradient("m0.o0.conv.weight")) EXPECT_EQ(x, 0.0F);
    for (const auto& row : supernet.executor->profile(1))
        EXPECT_EQ(row.name.find("m0.o0"), std::string::npos) << row.name;
}

TEST(ActiveNodes, WhatOnlyInactiveNodesNeedIsLeftOutToo) {
    const Mixed mixed = mixed_network(all_options);
    std::vector<bool> inactive(mixed.network.nodes().size(), false);
    for (std::size_t k = 0; k < 3; ++k) inactive[static_cast<std::size_t>(mixed.branches[0][k].back())] = true;
    Passes run(mixed);
    ExecutionLayout layout;
    layout.nodes.resize(inactive.size());
    const ActiveNodes active = select_active(mixed.network, layout, inactive, nodes_with_gradient(mixed.network, true));
    EXPECT_FALSE(active.nodes[static_cast<std::size_t>(mixed.branches[0][0].front())].forward);
    EXPECT_TRUE(active.nodes[static_cast<std::size_t>(mixed.branches[0][3].front())].forward);
}

TEST(ActiveNodes, OutputsCannotBeInactive) {
    Passes run(mixed_network(all_options));
    EXPECT_THROW(run.executor->set_inactive(run.mixed.network.outputs()), InternalError);
}

TEST(ActiveNodes, GradientsOfLayersCanBeLeftOut) {
    Passes run(mixed_network(all_options));
    const std::vector<std::vector<float>> weights(3, {0.25F, 0.25F, 0.25F, 0.25F});
    run.pass(weights);
    const auto expected = run.everything();
    std::ranges::fill(run.executor->gradients(), 7.0F);
    run.executor->want_weight_gradients(false);
    run.pass(weights);
    EXPECT_EQ(run.input_gradient(1), expected[2]);
    EXPECT_EQ(run.gradient("m0.o0.conv.weight")[0], 7.0F);
    run.executor->want_weight_gradients(true);
    run.pass(weights);
    EXPECT_EQ(run.everything(), expected);
}

}  // namespace
}  // namespace hpnas

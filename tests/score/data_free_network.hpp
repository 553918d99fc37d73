#pragma once
#include <memory>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas::test {

/// The network of data_free_golden.py: a stem, a residual block, a residual block of stride 2 whose shortcut is a
/// projection, a head; 8 x 8 x 3 to 3 logits.
inline Network data_free_network() {
    NetworkBuilder b;
    const NodeId input = b.input("input", {8, 8, 3});
    const auto block = [&](const std::string& name, auto build) {
        b.push_scope(name);
        b.begin_block(name);
        const NodeId last = build();
        b.end_block();
        b.pop_scope();
        return last;
    };
    const NodeId stem = block("stem", [&] {
        return b.add("bn", make_batch_norm(), b.add("conv", make_conv2d({.out = 4, .kernel = 3}), input));
    });
    const NodeId first = block("a", [&] {
        const NodeId x = b.add("conv", make_conv2d({.out = 4, .kernel = 3}), b.add("relu", make_relu(), stem));
        return b.add("add", make_add(), {b.add("bn", make_batch_norm(), x), stem});
    });
    const NodeId second = block("b", [&] {
        NodeId x = b.add("relu1", make_relu(), first);
        x = b.add("bn1", make_batch_norm(), b.add("conv1", make_conv2d({.out = 6, .kernel = 3, .stride = 2}), x));
        x = b.add("relu2", make_relu(), x);
        x = b.add("bn2", make_batch_norm(), b.add("conv2", make_conv2d({.out = 6, .kernel = 3}), x));
        const NodeId pooled = b.add("pool", make_average_pool({.kernel = 2, .stride = 2}), first);
        return b.add("add", make_add(), {b.add("shortcut", make_conv2d({.out = 6}), pooled), x});
    });
    const NodeId output = block("head", [&] {
        const NodeId x = b.add("relu", make_relu(), b.add("bn", make_batch_norm(), second));
        return b.add("fc", make_linear({.out = 3}), b.add("pool", make_global_average_pool(), x));
    });
    return std::move(b).finish({output});
}

/// A probe with a device of its own; by default of the network, batch and seed of data_free_golden.py.
class OwnProbe {
public:
    explicit OwnProbe(Network network = data_free_network(), ProbeSettings settings = {.batch = 4, .seed = 5})
        : network_(std::move(network)), probe_(network_, {engine_, arena_}, std::move(settings)) {}
    ScoreProbe& operator*() { return probe_; }
    ScoreProbe* operator->() { return &probe_; }
    const Network& network() const { return network_; }

private:
    kernel::Engine engine_;
    Arena arena_;
    Network network_;
    ScoreProbe probe_;
};

}  // namespace hpnas::test

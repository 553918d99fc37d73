#pragma once
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas::testing {

/// As in torch_golden.py: scale * sin(a * i + b), in double, then rounded.
inline std::vector<float> wave(std::size_t n, double a, double b, double scale) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i) {
        values[i] = static_cast<float>(scale * std::sin(a * static_cast<double>(i) + b));
    }
    return values;
}

/// The network of torch_golden.py: three convolutions (one grouped, one strided), batch norms and ReLUs, a shortcut.
inline Network golden_network() {
    NetworkBuilder b;
    const NodeId x = b.input("image", {8, 8, 3});
    NodeId y = b.add("conv1", make_conv2d({.out = 6, .kernel = 3}), x);
    const NodeId a = b.add("relu1", make_relu(), b.add("norm1", make_batch_norm(), y));
    y = b.add("conv2", make_conv2d({.out = 6, .kernel = 3, .groups = 2}), a);
    y = b.add("add", make_add(), {b.add("norm2", make_batch_norm(), y), a});
    y = b.add("conv3", make_conv2d({.out = 8, .kernel = 3, .stride = 2}), b.add("relu2", make_relu(), y));
    y = b.add("relu3", make_relu(), b.add("norm3", make_batch_norm(), y));
    y = b.add("pool", make_global_average_pool(), y);
    return std::move(b).finish({b.add("fc", make_linear({.out = 4}), y)});
}

inline void set(Parameters& parameters, const std::string& name, const std::vector<float>& values, float plus = 0) {
    const std::span<float> to = parameters.values(*parameters.find(name));
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = values.at(i) + plus;
}

inline void set_golden_weights(Parameters& parameters) {
    const std::vector<std::size_t> counts{6 * 27, 6 * 27, 8 * 54}, channels{6, 6, 8};
    for (std::size_t i = 1; i <= 3; ++i) {
        const double id = static_cast<double>(i);
        const std::string number = std::to_string(i);
        set(parameters, "conv" + number + ".weight", wave(counts[i - 1], 1.3, 0.2 * id, 0.3));
        set(parameters, "norm" + number + ".weight", wave(channels[i - 1], 0.8, 0.1 * id, 0.2), 1);
        set(parameters, "norm" + number + ".bias", wave(channels[i - 1], 0.5, 0.7 * id, 0.1));
    }
    set(parameters, "fc.weight", wave(32, 2.1, 0.4, 0.5));
    set(parameters, "fc.bias", wave(4, 1.1, 0.9, 0.1));
}

/// The problem of torch_golden.py as scores see it.
class GoldenProblem {
public:
    ScoreProbe probe() {
        ProbeSettings settings{.batch = 5, .classes = 4};
        settings.data = [](const Shape& input, std::int64_t n) {
            return ScoreBatch{wave(static_cast<std::size_t>(n * input.count()), 0.37, 0.5, 1.5), {2, 0, 3, 1, 2}};
        };
        settings.weights = set_golden_weights;
        return {network, {engine, arena}, settings};
    }
    kernel::Engine engine;
    Arena arena;
    Network network = golden_network();
};

/// Two layers to compute by hand: logits w2 relu(w1 x), w1 [1, 1], w2 [2, 1].
class TwoLayers {
public:
    TwoLayers() {
        NetworkBuilder b;
        NodeId y = b.add("first", make_linear({.out = 1, .bias = false}), b.input("input", {1}));
        y = b.add("relu", make_relu(), y);
        network = std::move(b).finish({b.add("second", make_linear({.out = 2, .bias = false}), y)});
    }
    /// Two samples x = 1 and 2, labels 0 and 1, w1 = 0.5, w2 = (2, 0).
    ScoreProbe probe() {
        ProbeSettings settings{.batch = 2, .classes = 2};
        settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{1, 2}, {0, 1}}; };
        settings.weights = [](Parameters& parameters) {
            set(parameters, "first.weight", {0.5F});
            set(parameters, "second.weight", {2, 0});
        };
        return {network, {engine, arena}, settings};
    }
    kernel::Engine engine;
    Arena arena;
    Network network;
};

}  // namespace hpnas::testing

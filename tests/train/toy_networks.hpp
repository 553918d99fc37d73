#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas::test {

/// As in torch_golden.py: scale * sin(a * i + b), in double, then rounded.
inline std::vector<float> wave(std::size_t n, double a, double b, double scale) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i)
        values[i] = static_cast<float>(scale * std::sin(a * static_cast<double>(i) + b));
    return values;
}

/// One linear layer "fc" from `in` to `out` values.
inline Network linear_network(std::int64_t in, std::int64_t out) {
    NetworkBuilder builder;
    LinearAttributes attributes;
    attributes.out = out;
    const NodeId input = builder.input("input", Shape{in});
    const NodeId fc = builder.add("fc", make_linear(attributes), input);
    return std::move(builder).finish({fc});
}

/// conv 3x3 (8 channels) - batch norm - ReLU - global average pool - linear, on [side, side, 3].
inline Network conv_network(std::int64_t side, std::int64_t n_classes) {
    NetworkBuilder builder;
    Conv2dAttributes conv;
    conv.out = 8;
    conv.kernel = 3;
    LinearAttributes fc;
    fc.out = n_classes;
    NodeId x = builder.input("input", Shape{side, side, 3});
    x = builder.add("conv", make_conv2d(conv), x);
    x = builder.add("norm", make_batch_norm(), x);
    x = builder.add("act", make_relu(), x);
    x = builder.add("pool", make_global_average_pool(), x);
    x = builder.add("fc", make_linear(fc), x);
    return std::move(builder).finish({x});
}

/// @throws std::out_of_range for an unknown name
inline const Parameters::Entry& entry(const Parameters& parameters, const char* name) {
    const Parameters::Entry* found = parameters.find(name);
    if (found == nullptr) throw std::out_of_range(name);
    return *found;
}

inline void set(Parameters& parameters, const char* name, const std::vector<float>& values) {
    std::ranges::copy(values, parameters.values(entry(parameters, name)).begin());
}

inline std::vector<float> get(const Parameters& parameters, const char* name) {
    const std::span<const float> values = parameters.values(entry(parameters, name));
    return {values.begin(), values.end()};
}

}  // namespace hpnas::test

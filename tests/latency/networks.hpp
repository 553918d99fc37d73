#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"

namespace hpnas::test {

/// A chain of 3x3 convolution blocks (with batch norm) of the given widths on an [8, 8, 3] image, then a head block.
inline Network chain(const std::vector<std::int64_t>& widths) {
    NetworkBuilder builder;
    NodeId value = builder.input("image", {8, 8, 3});
    for (std::size_t i = 0; i < widths.size(); ++i) {
        builder.push_scope("block" + std::to_string(i));
        builder.begin_block("conv k=3 out=" + std::to_string(widths[i]));
        value = builder.add("conv", make_conv2d({.out = widths[i], .kernel = 3}), value);
        value = builder.add("bn", make_batch_norm({.activation = Activation::none}), value);
        builder.end_block();
        builder.pop_scope();
    }
    builder.push_scope("head");
    builder.begin_block("head classes=10");
    value = builder.add("pool", make_global_average_pool(), value);
    value = builder.add("linear", make_linear({.out = 10}), value);
    builder.end_block();
    builder.pop_scope();
    return std::move(builder).finish({value});
}

}  // namespace hpnas::test

#pragma once
#include "../../src/kernel/depthwise.hpp"
#include "kernel/convolution_check.hpp"

namespace hpnas::kernel::exact {

/// All passes of the loops of one instruction set equal the double reference.
inline void check_loops(const DepthwiseLoops& loops, const ConvolutionShape& shape) {
    SCOPED_TRACE(describe(shape) + " " + loops.name);
    const Depthwise kernel(shape, {Activation::relu, true}, loops);
    const Buffer src(values(shape.src_count(), 1)), weights(values(shape.weight_count(), 2));
    const Buffer bias(values(shape.k, 3)), diff_dst(values(shape.dst_count(), 4));
    const Buffer dst(values(shape.dst_count(), 5)), diff_src(shape.src_count()), diff_weights(shape.weight_count());
    const Buffer diff_bias(shape.k), scratch = workspace(kernel.workspace_bytes());
    const auto s = as_double(src.values()), w = as_double(weights.values()), d = as_double(diff_dst.values());
    auto sum = reference::convolution_forward(shape, s, w, as_double(bias.values()));
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += static_cast<double>(dst.data()[i]);

    kernel.pack(weights.data(), bias.data(), scratch.data());
    kernel.run(src.data(), scratch.data(), dst.data(), dst.data());
    expect_equal(dst, reference::activation_forward(Activation::relu, sum), "dst");
    kernel.backward_data(diff_dst.data(), weights.data(), diff_src.data(), scratch.data());
    expect_equal(diff_src, reference::convolution_backward_data(shape, d, w), "diff_src");
    kernel.backward_weights(src.data(), diff_dst.data(), diff_weights.data(), diff_bias.data(), scratch.data());
    expect_equal(diff_weights, reference::convolution_backward_weights(shape, s, d), "diff_weights");
    expect_equal(diff_bias, reference::bias_backward(d, shape.k), "diff_bias");
    EXPECT_EQ(scratch.damage(), "") << "wrote outside the workspace";
}

inline void check_all_shapes(const DepthwiseLoops& loops) {
    for (const std::int64_t kernel : {2, 3, 5, 7})
        for (const std::int64_t stride : {1, 2, 3})
            for (const std::int64_t c : {1, 3, 13, 24, 40})
                for (const std::int64_t size : {5, 14, 16})
                    check_loops(loops, {.n = 2,
                                        .h = size,
                                        .w = size,
                                        .c = c,
                                        .k = c,
                                        .groups = c,
                                        .window = Window::square(kernel, stride)});
}

}  // namespace hpnas::kernel::exact

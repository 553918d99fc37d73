#pragma once
#include <fmt/format.h>

#include <string>

#include "kernel/exact.hpp"

namespace hpnas::kernel::exact {

inline std::string describe(const ConvolutionShape& s) {
    const Window& w = s.window;
    return fmt::format("src [{}, {}, {}, {}] k {} groups {} window {}x{} stride {}x{} dilation {}x{} pads {} {} {} {}",
                       s.n, s.h, s.w, s.c, s.k, s.groups, w.kh, w.kw, w.stride_h, w.stride_w, w.dilation_h,
                       w.dilation_w, w.pad_top, w.pad_bottom, w.pad_left, w.pad_right);
}

/// All three passes of Convolution equal the double reference.
inline void check_training(Engine& engine, const ConvolutionShape& shape, bool with_bias) {
    const Convolution kernel(engine, shape, with_bias);
    SCOPED_TRACE(describe(shape) + (with_bias ? " bias " : " ") + kernel.implementation());
    const Buffer src(values(shape.src_count(), 1)), weights(values(shape.weight_count(), 2)), bias(values(shape.k, 3));
    const Buffer diff_dst(values(shape.dst_count(), 4)), scratch = workspace(kernel.workspace_bytes());
    const Buffer dst(shape.dst_count()), diff_src(shape.src_count()), diff_weights(shape.weight_count()),
        diff_bias(shape.k);
    const auto s = as_double(src.values()), w = as_double(weights.values()), d = as_double(diff_dst.values());

    kernel.forward(src.data(), weights.data(), with_bias ? bias.data() : nullptr, dst.data(), scratch.data());
    expect_equal(
        dst, reference::convolution_forward(shape, s, w, with_bias ? as_double(bias.values()) : reference::Values{}),
        "dst");
    kernel.backward_data(diff_dst.data(), weights.data(), diff_src.data(), scratch.data());
    expect_equal(diff_src, reference::convolution_backward_data(shape, d, w), "diff_src");
    kernel.backward_weights(src.data(), diff_dst.data(), diff_weights.data(), with_bias ? diff_bias.data() : nullptr,
                            scratch.data());
    expect_equal(diff_weights, reference::convolution_backward_weights(shape, s, d), "diff_weights");
    if (with_bias) expect_equal(diff_bias, reference::bias_backward(d, shape.k), "diff_bias");
    EXPECT_TRUE(scratch.intact()) << "wrote outside the workspace";
}

/// PackedConvolution with bias and epilogue against the double reference. `in_place`: the residual is dst itself.
inline void check_packed(Engine& engine, const ConvolutionShape& shape, ConvolutionEpilogue epilogue, bool in_place) {
    const PackedConvolution kernel(engine, shape, epilogue);
    SCOPED_TRACE(fmt::format("{} activation {} residual {}{} {}", describe(shape),
                             static_cast<int>(epilogue.activation), epilogue.residual, in_place ? " in place" : "",
                             kernel.implementation()));
    // Scaled so that typical sums of the test shapes are around 1, where activations bend.
    const Buffer src(values(shape.src_count(), 1, 32)), weights(values(shape.weight_count(), 2, 64)),
        bias(values(shape.k, 3, 32));
    const Buffer residual(values(shape.dst_count(), 5, 32)), dst(shape.dst_count());
    const Buffer packed = workspace(kernel.packed_bytes()), scratch = workspace(kernel.workspace_bytes());
    auto expected = reference::convolution_forward(shape, as_double(src.values()), as_double(weights.values()),
                                                   as_double(bias.values()));
    if (epilogue.residual)
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += static_cast<double>(residual.data()[i]);
    expected = reference::activation_forward(epilogue.activation, expected);

    kernel.pack(weights.data(), bias.data(), packed.data());
    for (int repeat = 0; repeat < 2; ++repeat) {  // the second call must not depend on what the first left behind
        if (in_place) std::copy_n(residual.data(), residual.size(), dst.data());
        kernel.run(src.data(), packed.data(), in_place ? dst.data() : residual.data(), dst.data(), scratch.data());
    }
    // Exact sums; then the exponential's polynomial: a few 2^-23.
    const bool exact = epilogue.activation == Activation::none || epilogue.activation == Activation::relu;
    expect_near(dst, expected, exact ? 0.0 : 2e-6, "dst");
    EXPECT_TRUE(packed.intact() && scratch.intact()) << "wrote outside packed or workspace";
}

}  // namespace hpnas::kernel::exact

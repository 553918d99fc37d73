#pragma once
#include <gtest/gtest.h>

#include <cmath>

#include "../../src/kernel/winograd.hpp"
#include "kernel/convolution_check.hpp"

/// Checks of the loops of one instruction set against the double reference.
namespace hpnas::kernel::winograd_check {

/// Largest sum of |products|: the scale of the roundings of one result.
inline double scale(const ConvolutionShape& s, std::vector<float> src, std::vector<float> weights) {
    for (float& x : src) x = std::abs(x);
    for (float& x : weights) x = std::abs(x);
    const auto sums = reference::convolution_forward(s, exact::as_double(src), exact::as_double(weights), {});
    return *std::max_element(sums.begin(), sums.end());
}

/// The transforms enlarge values by up to 10 per direction. Seen are 40 roundings (2^-24) of the scale for one source
/// channel, 5 for many; a wrong tap would be off by a tenth of the scale.
inline constexpr double rounding = 128.0 / (1 << 24);

inline void expect_close(const exact::Buffer& got, const reference::Values& expected, double bound) {
    EXPECT_EQ(got.damage(), "");
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(static_cast<double>(got.data()[i]), expected[i], bound) << i;
}

inline exact::Buffer run(const Winograd& kernel, const ConvolutionShape& s, const exact::Buffer& packed,
                         const std::vector<float>& src, const std::vector<float>& residual) {
    const exact::Buffer in(src), added(residual), out(s.dst_count()),
        scratch = exact::workspace(kernel.workspace_bytes());
    kernel.run(in.data(), packed.data(), added.data(), out.data(), scratch.data());
    EXPECT_TRUE(scratch.intact() && packed.intact());
    return exact::Buffer(out.values());
}

/// Forward with bias and epilogue against the double reference.
inline void check(const WinogradLoops& loops, const ConvolutionShape& s, ConvolutionEpilogue epilogue) {
    const auto src = exact::rough_values(s.src_count(), 1), weights = exact::rough_values(s.weight_count(), 2),
               bias = exact::rough_values(s.k, 3), residual = exact::rough_values(s.dst_count(), 4);
    auto expected =
        reference::convolution_forward(s, exact::as_double(src), exact::as_double(weights), exact::as_double(bias));
    if (epilogue.residual)
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += static_cast<double>(residual[i]);
    expected = reference::activation_forward(epilogue.activation, expected);
    SCOPED_TRACE(exact::describe(s) + " " + loops.name);
    const Winograd kernel(s, epilogue, loops);
    const exact::Buffer packed = exact::workspace(kernel.packed_bytes()), in(weights), shift(bias);
    kernel.pack(in.data(), shift.data(), packed.data());
    expect_close(run(kernel, s, packed, src, residual), expected, rounding * scale(s, src, weights));
}

inline ConvolutionShape shape(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, std::int64_t k) {
    return {.n = n, .h = h, .w = w, .c = c, .k = k, .window = Window::square(3)};
}

inline void check_channels(const WinogradLoops& loops) {
    for (const std::int64_t c : {1, 3, 16, 20, 40})
        for (const std::int64_t k : {1, 8, 16, 24, 40, 64}) check(loops, shape(2, 9, 10, c, k), {});
}

inline void check_sizes_and_padding(const WinogradLoops& loops) {
    for (const std::int64_t size : {1, 2, 4, 5, 8, 30}) check(loops, shape(3, size, size + 3, 17, 18), {});
    ConvolutionShape s = shape(2, 11, 7, 16, 32);
    s.window.pad_top = 0, s.window.pad_left = 2, s.window.pad_bottom = 2, s.window.pad_right = 0;
    check(loops, s, {});
}

inline void check_epilogues(const WinogradLoops& loops) {
    for (const Activation a : {Activation::none, Activation::relu, Activation::swish, Activation::sigmoid})
        for (const bool residual : {false, true}) check(loops, shape(2, 13, 9, 24, 40), {a, residual});
}

inline void check_transposed(const WinogradLoops& loops) {
    const ConvolutionShape s = shape(2, 9, 14, 24, 36), t = shape(2, 9, 14, 36, 24);
    const auto diff_dst = exact::rough_values(s.dst_count(), 1), weights = exact::rough_values(s.weight_count(), 2);
    const auto expected =
        reference::convolution_backward_data(s, exact::as_double(diff_dst), exact::as_double(weights));
    const Winograd kernel(t, {}, loops);
    const exact::Buffer packed = exact::workspace(kernel.packed_bytes()), in(weights);
    kernel.pack_transposed(in.data(), packed.data());
    // 36 * 9 products of numbers around 1, as in the forward direction
    expect_close(run(kernel, t, packed, diff_dst, diff_dst), expected, rounding * 36 * 9);
}

}  // namespace hpnas::kernel::winograd_check

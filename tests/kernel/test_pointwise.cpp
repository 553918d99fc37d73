#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "kernel/convolution_check.hpp"
#include "kernel/pointwise.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

ConvolutionShape shape(std::int64_t n, std::int64_t size, std::int64_t c, std::int64_t k) {
    return {.n = n, .h = size, .w = size, .c = c, .k = k, .window = Window::square(1)};
}

/// Values of the three passes, which must match the reference.
std::array<std::vector<float>, 3> run(const ConvolutionShape& s) {
    const Pointwise kernel(s);
    const exact::Buffer src(exact::values(s.src_count(), 1)), weights(exact::values(s.weight_count(), 2));
    const exact::Buffer diff_dst(exact::values(s.dst_count(), 3)), scratch = exact::workspace(kernel.workspace_bytes());
    const exact::Buffer dst(s.dst_count()), diff_src(s.src_count()), diff_weights(s.weight_count());
    kernel.forward(src.data(), weights.data(), dst.data(), scratch.data());
    kernel.backward_data(diff_dst.data(), weights.data(), diff_src.data());
    kernel.backward_weights(src.data(), diff_dst.data(), diff_weights.data(), scratch.data());
    EXPECT_TRUE(scratch.intact()) << "wrote outside the workspace";
    const auto x = exact::as_double(src.values()), w = exact::as_double(weights.values()),
               d = exact::as_double(diff_dst.values());
    exact::expect_equal(dst, reference::convolution_forward(s, x, w, {}), "dst");
    exact::expect_equal(diff_src, reference::convolution_backward_data(s, d, w), "diff_src");
    exact::expect_equal(diff_weights, reference::convolution_backward_weights(s, x, d), "diff_weights");
    return {dst.values(), diff_src.values(), diff_weights.values()};
}

TEST(Pointwise, EveryPassMatchesTheReference) {
    for (const auto& [c, k] : {std::pair{16, 16}, {16, 48}, {32, 32}, {64, 16}, {64, 64}, {80, 96}, {512, 16}})
        for (const std::int64_t size : {1, 7, 16, 40}) {
            SCOPED_TRACE(exact::describe(shape(1, size, c, k)));
            run(shape(1, size, c, k));
        }
}

TEST(Pointwise, BitsDoNotDependOnThreads) {
    expect_same_bits_for_any_threads([] { return run(shape(3, 40, 32, 48)); }, "pointwise");
}

TEST(Pointwise, TakesWhatFitsItsTiles) {
    EXPECT_FALSE(Pointwise::suits(shape(1, 64, 40, 32)));
    EXPECT_FALSE(Pointwise::suits(shape(1, 64, 16, 32)));
    EXPECT_FALSE(Pointwise::suits(shape(1, 64, 128, 128)));
    EXPECT_FALSE(Pointwise::suits(shape(1, 8, 32, 32)));
    ConvolutionShape other = shape(1, 64, 32, 32);
    other.window = Window::square(3);
    EXPECT_FALSE(Pointwise::suits(other));
    other.window = Window::square(1, 2);
    EXPECT_FALSE(Pointwise::suits(other));
    if (Engine::isa() != "avx512") GTEST_SKIP() << "its tiles are for AVX-512";
    Engine engine;
    EXPECT_TRUE(Pointwise::suits(shape(1, 64, 32, 32)));
    EXPECT_EQ(Convolution(engine, shape(1, 64, 32, 32)).implementation(), Pointwise::implementation());
}

}  // namespace
}  // namespace hpnas::kernel

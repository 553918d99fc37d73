#include <gtest/gtest.h>
#include <omp.h>

#include "kernel/winograd_check.hpp"

namespace hpnas::kernel {
namespace {

using winograd_check::expect_close, winograd_check::rounding, winograd_check::run, winograd_check::shape;

TEST(Winograd, GivesTheSameBitsForAnyThreadsAndBatch) {
    if (Winograd::best_loops() == nullptr) GTEST_SKIP() << "needs AVX2";
    const int before = omp_get_max_threads();
    const ConvolutionShape one = shape(1, 24, 24, 16, 32), many = shape(8, 24, 24, 16, 32);
    const exact::Buffer weights(exact::rough_values(one.weight_count(), 2));
    const auto src = exact::rough_values(many.src_count(), 1);
    const std::vector<float> first(src.begin(), src.begin() + one.src_count());
    const auto result = [&](const ConvolutionShape& s, int threads) {
        omp_set_num_threads(threads);
        const Winograd kernel(s);
        const exact::Buffer packed = exact::workspace(kernel.packed_bytes());
        kernel.pack(weights.data(), nullptr, packed.data());
        return run(kernel, s, packed, s.n == 1 ? first : src, src).values();
    };
    const std::vector<float> expected = result(many, 1), alone = result(one, 1);
    EXPECT_EQ(result(many, 2), expected);
    EXPECT_EQ(result(many, 3), expected);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), expected.begin()));
    omp_set_num_threads(before);
}

TEST(Winograd, IsUsedForLargeDenseThreeByThreeConvolutionsOnly) {
    if (Winograd::best_loops() == nullptr) GTEST_SKIP() << "needs AVX2";
    ConvolutionShape s = shape(1, 28, 28, 96, 384);
    EXPECT_TRUE(Winograd::suits(s));
    EXPECT_FALSE(Winograd::suits(shape(1, 7, 7, 96, 384)));
    EXPECT_FALSE(Winograd::suits(shape(8, 28, 28, 3, 384)));
    s.groups = 2;
    EXPECT_FALSE(Winograd::suits(s));
    s = shape(1, 56, 56, 64, 64);
    s.window = Window::square(3, 2);
    EXPECT_FALSE(Winograd::suits(s));
    s.window = Window::square(3, 1, -1, 2);
    EXPECT_FALSE(Winograd::suits(s));
    s.window = Window::square(5);
    EXPECT_FALSE(Winograd::suits(s));
    Engine engine;
    s.window = Window::square(3);
    EXPECT_EQ(Convolution(engine, s).implementation().substr(0, 12), "own:winograd");
    EXPECT_EQ(PackedConvolution(engine, s).implementation(), Winograd::implementation());
}

/// Dispatched passes: forward with bias, gradient of the source.
TEST(Winograd, ServesBothPassesOfConvolution) {
    const ConvolutionShape s = shape(3, 16, 14, 24, 40);
    Engine engine;
    const Convolution kernel(engine, s, true);
    const exact::Buffer src(exact::rough_values(s.src_count(), 1)), weights(exact::rough_values(s.weight_count(), 2)),
        bias(exact::rough_values(s.k, 3)), diff_dst(exact::rough_values(s.dst_count(), 4)), dst(s.dst_count()),
        diff_src(s.src_count()), scratch = exact::workspace(kernel.workspace_bytes());
    kernel.forward(src.data(), weights.data(), bias.data(), dst.data(), scratch.data());
    kernel.backward_data(diff_dst.data(), weights.data(), diff_src.data(), scratch.data());
    const auto w = exact::as_double(weights.values());
    expect_close(dst,
                 reference::convolution_forward(s, exact::as_double(src.values()), w, exact::as_double(bias.values())),
                 rounding * 24 * 9);
    expect_close(diff_src, reference::convolution_backward_data(s, exact::as_double(diff_dst.values()), w),
                 rounding * 40 * 9);
    EXPECT_TRUE(scratch.intact());
}

}  // namespace
}  // namespace hpnas::kernel

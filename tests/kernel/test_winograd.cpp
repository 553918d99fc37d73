#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>

#include "../../src/kernel/winograd.hpp"
#include "kernel/convolution_check.hpp"

namespace hpnas::kernel {
namespace {

std::vector<const WinogradLoops*> all_loops() {
    std::vector<const WinogradLoops*> loops;
    if (Engine::isa() != "baseline") loops.push_back(&winograd_avx2);
    if (Engine::isa() == "avx512") loops.push_back(&winograd_avx512);
    return loops;
}

/// Largest sum of |products|: the scale of the roundings of one result.
double scale(const ConvolutionShape& s, std::vector<float> src, std::vector<float> weights) {
    for (float& x : src) x = std::abs(x);
    for (float& x : weights) x = std::abs(x);
    const auto sums = reference::convolution_forward(s, exact::as_double(src), exact::as_double(weights), {});
    return *std::max_element(sums.begin(), sums.end());
}

/// The transforms enlarge values by up to 10 per direction. Seen are 40 roundings (2^-24) of the scale for one source
/// channel, 5 for many; a wrong tap would be off by a tenth of the scale.
constexpr double rounding = 128.0 / (1 << 24);

void expect_close(const exact::Buffer& got, const reference::Values& expected, double bound) {
    EXPECT_EQ(got.damage(), "");
    ASSERT_EQ(got.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        ASSERT_NEAR(static_cast<double>(got.data()[i]), expected[i], bound) << i;
}

exact::Buffer run(const Winograd& kernel, const ConvolutionShape& s, const exact::Buffer& packed,
                  const std::vector<float>& src, const std::vector<float>& residual) {
    const exact::Buffer in(src), added(residual), out(s.dst_count()),
        scratch = exact::workspace(kernel.workspace_bytes());
    kernel.run(in.data(), packed.data(), added.data(), out.data(), scratch.data());
    EXPECT_TRUE(scratch.intact() && packed.intact());
    return exact::Buffer(out.values());
}

void check(const ConvolutionShape& s, ConvolutionEpilogue epilogue) {
    const auto src = exact::rough_values(s.src_count(), 1), weights = exact::rough_values(s.weight_count(), 2),
               bias = exact::rough_values(s.k, 3), residual = exact::rough_values(s.dst_count(), 4);
    auto expected =
        reference::convolution_forward(s, exact::as_double(src), exact::as_double(weights), exact::as_double(bias));
    if (epilogue.residual)
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += static_cast<double>(residual[i]);
    expected = reference::activation_forward(epilogue.activation, expected);
    for (const WinogradLoops* loops : all_loops()) {
        SCOPED_TRACE(exact::describe(s) + " " + loops->name);
        const Winograd kernel(s, epilogue, *loops);
        const exact::Buffer packed = exact::workspace(kernel.packed_bytes()), in(weights), shift(bias);
        kernel.pack(in.data(), shift.data(), packed.data());
        expect_close(run(kernel, s, packed, src, residual), expected, rounding * scale(s, src, weights));
    }
}

ConvolutionShape shape(std::int64_t n, std::int64_t h, std::int64_t w, std::int64_t c, std::int64_t k) {
    return {.n = n, .h = h, .w = w, .c = c, .k = k, .window = Window::square(3)};
}

TEST(Winograd, MatchesTheReferenceForEveryChannelCount) {
    for (const std::int64_t c : {1, 3, 16, 20, 40})
        for (const std::int64_t k : {1, 8, 16, 24, 40, 64}) check(shape(2, 9, 10, c, k), {});
}

TEST(Winograd, MatchesTheReferenceForEverySizeAndPadding) {
    for (const std::int64_t size : {1, 2, 4, 5, 8, 30}) check(shape(3, size, size + 3, 17, 18), {});
    ConvolutionShape s = shape(2, 11, 7, 16, 32);
    s.window.pad_top = 0, s.window.pad_left = 2, s.window.pad_bottom = 2, s.window.pad_right = 0;
    check(s, {});
}

TEST(Winograd, AppliesEveryEpilogue) {
    for (const Activation a : {Activation::none, Activation::relu, Activation::swish, Activation::sigmoid})
        for (const bool residual : {false, true}) check(shape(2, 13, 9, 24, 40), {a, residual});
}

TEST(Winograd, PackedTransposedGivesTheGradientOfTheSource) {
    const ConvolutionShape s = shape(2, 9, 14, 24, 36), t = shape(2, 9, 14, 36, 24);
    const auto diff_dst = exact::rough_values(s.dst_count(), 1), weights = exact::rough_values(s.weight_count(), 2);
    const auto expected =
        reference::convolution_backward_data(s, exact::as_double(diff_dst), exact::as_double(weights));
    for (const WinogradLoops* loops : all_loops()) {
        const Winograd kernel(t, {}, *loops);
        const exact::Buffer packed = exact::workspace(kernel.packed_bytes()), in(weights);
        kernel.pack_transposed(in.data(), packed.data());
        // 36 * 9 products of numbers around 1, as in the forward direction
        expect_close(run(kernel, t, packed, diff_dst, diff_dst), expected, rounding * 36 * 9);
    }
}

TEST(Winograd, GivesTheSameBitsForAnyThreadsAndBatch) {
    const int before = omp_get_max_threads();
    const ConvolutionShape one = shape(1, 24, 24, 16, 32), many = shape(8, 24, 24, 16, 32);
    const auto weights = exact::rough_values(one.weight_count(), 2), src = exact::rough_values(many.src_count(), 1);
    const std::vector<float> first(src.begin(), src.begin() + one.src_count());
    for (const WinogradLoops* loops : all_loops()) {
        const exact::Buffer in(weights);
        const auto result = [&](const ConvolutionShape& s, int threads) {
            omp_set_num_threads(threads);
            const Winograd kernel(s, {}, *loops);
            const exact::Buffer packed = exact::workspace(kernel.packed_bytes());
            kernel.pack(in.data(), nullptr, packed.data());
            return run(kernel, s, packed, s.n == 1 ? first : src, src).values();
        };
        const std::vector<float> expected = result(many, 1);
        EXPECT_EQ(result(many, 2), expected);
        EXPECT_EQ(result(many, 3), expected);
        const std::vector<float> alone = result(one, 1);
        EXPECT_TRUE(std::equal(alone.begin(), alone.end(), expected.begin()));
    }
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

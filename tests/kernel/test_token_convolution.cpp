#include <array>

#include "hpnas/kernel/token_convolution.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::array<TokenConvolutionShape, 5> shapes{
    {{1, 1, 1, 1}, {2, 5, 3, 3}, {2, 4, 70, 9}, {3, 40, 64, 5}, {1, 2, 130, 7}}};

/// What tap j of position l of sample n reads; 0 beyond the ends.
double read(const TokenConvolutionShape& s, const exact::Buffer& x, std::int64_t n, std::int64_t l, std::int64_t c) {
    return l < 0 || l >= s.tokens ? 0.0 : static_cast<double>(x.data()[(n * s.tokens + l) * s.c + c]);
}

// Small integers: products and sums are exact, so the expected values need no tolerance.
TEST(TokenConvolution, ForwardIsExact) {
    for (const TokenConvolutionShape& s : shapes) {
        const exact::Buffer src(exact::values(s.n * s.tokens * s.c, 1)), weights(exact::values(s.kernel * s.c, 2));
        const exact::Buffer dst(s.n * s.tokens * s.c);
        reference::Values expected;
        for (std::int64_t n = 0; n < s.n; ++n)
            for (std::int64_t l = 0; l < s.tokens; ++l)
                for (std::int64_t c = 0; c < s.c; ++c) {
                    double& sum = expected.emplace_back(0);
                    for (std::int64_t j = 0; j < s.kernel; ++j)
                        sum +=
                            static_cast<double>(weights.data()[j * s.c + c]) * read(s, src, n, l + j - s.kernel / 2, c);
                }
        token_convolution(s, src.data(), weights.data(), dst.data());
        exact::expect_equal(dst, expected, "dst");
    }
}

TEST(TokenConvolution, BackwardIsExact) {
    for (const TokenConvolutionShape& s : shapes) {
        const std::int64_t count = s.n * s.tokens * s.c;
        const exact::Buffer src(exact::values(count, 1)), weights(exact::values(s.kernel * s.c, 2)),
            diff_dst(exact::values(count, 3));
        const exact::Buffer diff_src(count), diff_weights(s.kernel * s.c);
        reference::Values expected_src(src.size(), 0), expected_weights(weights.size(), 0);
        for (std::int64_t row = 0; row < s.n * s.tokens; ++row)
            for (std::int64_t j = 0; j < s.kernel; ++j)
                for (std::int64_t c = 0; c < s.c; ++c) {
                    const std::int64_t n = row / s.tokens, from = row % s.tokens + j - s.kernel / 2;
                    const auto diff = static_cast<double>(diff_dst.data()[row * s.c + c]);
                    expected_weights[static_cast<std::size_t>(j * s.c + c)] += diff * read(s, src, n, from, c);
                    if (from >= 0 && from < s.tokens)
                        expected_src[static_cast<std::size_t>((n * s.tokens + from) * s.c + c)] +=
                            diff * static_cast<double>(weights.data()[j * s.c + c]);
                }
        token_convolution_backward_data(s, diff_dst.data(), weights.data(), diff_src.data());
        exact::expect_equal(diff_src, expected_src, "diff_src");
        token_convolution_backward_weights(s, src.data(), diff_dst.data(), diff_weights.data());
        exact::expect_equal(diff_weights, expected_weights, "diff_weights");
    }
}

TEST(TokenConvolution, EqualLogitsAverageAndExtremeOnesSelect) {
    // Two heads of one value each, kernel 3, three tokens: head 0 has equal logits, head 1 reads the next token.
    const DynamicConvolutionShape s{.n = 1, .tokens = 3, .heads = 2, .dim = 1, .kernel = 3};
    const exact::Buffer values({3, 1, 6, 2, 9, 4}), dst(6);
    const exact::Buffer logits({5, 5, 5, 0, 0, 200, 5, 5, 5, 0, 0, 200, 5, 5, 5, 0, 0, 200});
    dynamic_convolution(s, values.data(), logits.data(), dst.data());
    exact::expect_near(dst, {3, 2, 6, 4, 5, 0}, 1e-6, "dst");  // thirds are rounded
}

TEST(TokenConvolution, GradientsDoNotDependOnTheNumberOfThreads) {
    const DynamicConvolutionShape s{.n = 3, .tokens = 50, .heads = 4, .dim = 32, .kernel = 9};
    const std::int64_t count = s.n * s.tokens * s.heads * s.dim, n_logits = count / s.dim * s.kernel;
    const std::vector<float> values = exact::rough_values(count, 1), logits = exact::rough_values(n_logits, 2),
                             diff = exact::rough_values(count, 3);
    expect_same_bits_for_any_threads(
        [&] {
            std::vector<float> result(static_cast<std::size_t>(2 * count + n_logits));
            dynamic_convolution(s, values.data(), logits.data(), result.data());
            dynamic_convolution_backward(
                s, {values.data(), logits.data(), diff.data(), result.data() + count, result.data() + 2 * count});
            return result;
        },
        "dynamic_convolution");
    const TokenConvolutionShape depthwise{.n = 3, .tokens = 50, .c = 128, .kernel = 5};
    const std::vector<float> weights = exact::rough_values(5 * 128, 4);
    expect_same_bits_for_any_threads(
        [&] {
            std::vector<float> result(static_cast<std::size_t>(2 * count + 5 * 128));
            token_convolution(depthwise, values.data(), weights.data(), result.data());
            token_convolution_backward_data(depthwise, diff.data(), weights.data(), result.data() + count);
            token_convolution_backward_weights(depthwise, values.data(), diff.data(), result.data() + 2 * count);
            return result;
        },
        "token_convolution");
}

}  // namespace
}  // namespace hpnas::kernel

#include <complex>
#include <numbers>

#include "hpnas/kernel/fourier_mixing.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

constexpr double pi = std::numbers::pi;

/// The transform as its definition reads: real part of the complex exponentials, or products of cosines.
double factor(const FourierMixingShape& s, std::int64_t i, std::int64_t j, std::int64_t l, std::int64_t m) {
    const auto real = [](std::int64_t x) { return static_cast<double>(x); };
    if (!s.cosine) {
        const std::complex<double> angle(0, -2 * pi * (real(i * l) / real(s.tokens) + real(j * m) / real(s.c)));
        return std::exp(angle).real() / std::sqrt(real(s.tokens * s.c));
    }
    const double a = std::sqrt((i == 0 ? 1.0 : 2.0) / real(s.tokens)), b = std::sqrt((j == 0 ? 1.0 : 2.0) / real(s.c));
    return a * b * std::cos(pi * real((2 * l + 1) * i) / real(2 * s.tokens)) *
           std::cos(pi * real((2 * m + 1) * j) / real(2 * s.c));
}

/// The map, or its transpose, of every sample.
reference::Values expected(const FourierMixingShape& s, const float* src, bool transposed) {
    reference::Values result;
    for (std::int64_t n = 0; n < s.n; ++n) {
        for (std::int64_t i = 0; i < s.tokens; ++i) {
            for (std::int64_t j = 0; j < s.c; ++j) {
                double sum = 0;
                for (std::int64_t l = 0; l < s.tokens; ++l)
                    for (std::int64_t m = 0; m < s.c; ++m)
                        sum += static_cast<double>(src[(n * s.tokens + l) * s.c + m]) *
                               (transposed ? factor(s, l, m, i, j) : factor(s, i, j, l, m));
                result.push_back(sum);
            }
        }
    }
    return result;
}

TEST(FourierMixing, IsItsDefinitionAndBackwardTheTransposedOne) {
    Engine engine;
    for (const bool cosine : {false, true}) {
        for (const auto& [tokens, c] : {std::pair{1, 1}, {4, 6}, {7, 5}, {1, 8}, {9, 16}}) {
            const FourierMixingShape s{.n = 2, .tokens = tokens, .c = c, .cosine = cosine};
            const std::int64_t count = s.n * s.tokens * s.c;
            const FourierMixing mixing(engine, s);
            const exact::Buffer src(exact::values(count, 1, 32)), dst(count), diff_src(count);
            const exact::Buffer scratch = exact::workspace(mixing.workspace_bytes());
            mixing.forward(src.data(), dst.data(), scratch.data());
            exact::expect_near(dst, expected(s, src.data(), false), 3e-6, "dst");  // 32 rounded products of |x| <= 1
            mixing.backward(src.data(), diff_src.data(), scratch.data());
            exact::expect_near(diff_src, expected(s, src.data(), true), 3e-6, "diff_src");
            EXPECT_EQ(scratch.damage(), "");
        }
    }
}

TEST(FourierMixing, AConstantIsOneFrequency) {
    Engine engine;
    for (const bool cosine : {false, true}) {
        const FourierMixing mixing(engine, {.n = 1, .tokens = 4, .c = 9, .cosine = cosine});
        const exact::Buffer src(std::vector<float>(36, 1.0F)), dst(36);
        const exact::Buffer scratch = exact::workspace(mixing.workspace_bytes());
        mixing.forward(src.data(), dst.data(), scratch.data());
        reference::Values spike(36, 0.0);
        spike[0] = 6;  // 36 / sqrt(36)
        exact::expect_near(dst, spike, 3e-6, "dst");
    }
}

}  // namespace
}  // namespace hpnas::kernel

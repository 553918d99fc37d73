#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/packed_linear.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

enum class Residual { none, apart, in_place };

void check(const PackedLinearShape& s, bool with_bias, Residual residual) {
    SCOPED_TRACE(testing::Message() << s.rows << " x " << s.c << " -> " << s.k << " activation "
                                    << static_cast<int>(s.activation) << " residual " << static_cast<int>(residual));
    const PackedLinear kernel(s);
    // Sums are exact, and around 1, where activations bend.
    const exact::Buffer src(exact::values(s.rows * s.c, 1, 32)), weights(exact::values(s.k * s.c, 2, 64)),
        bias(exact::values(s.k, 3, 32)), added(exact::values(s.rows * s.k, 4, 32)), dst(s.rows * s.k);
    const exact::Buffer packed = exact::workspace(kernel.packed_bytes());
    const MatmulShape product{.m = s.rows, .n = s.k, .k = s.c, .transpose_b = true, .bias = with_bias};
    reference::Values expected =
        reference::matmul(product, exact::as_double(src.values()), exact::as_double(weights.values()),
                          with_bias ? exact::as_double(bias.values()) : reference::Values{});
    if (residual != Residual::none)
        for (std::size_t i = 0; i < expected.size(); ++i) expected[i] += static_cast<double>(added.data()[i]);
    expected = reference::activation_forward(s.activation, expected);

    kernel.pack(weights.data(), with_bias ? bias.data() : nullptr, packed.data());
    const bool in_place = residual == Residual::in_place;
    if (in_place) std::copy_n(added.data(), added.size(), dst.data());
    kernel.run(src.data(), packed.data(), residual == Residual::none ? nullptr : (in_place ? dst : added).data(),
               dst.data());
    // Exact sums; then the exponential's polynomial: a few 2^-23.
    exact::expect_near(dst, expected, s.activation == Activation::none ? 0.0 : 2e-6, "dst");
    EXPECT_TRUE(packed.intact());
}

TEST(PackedLinear, MatchesTheReferenceForEverySize) {
    for (const std::int64_t rows : {1, 7, 64, 197})
        for (const std::int64_t c : {1, 24, 100})
            for (const std::int64_t k : {1, 10, 64, 130, 192})
                for (const bool bias : {false, true}) check({rows, c, k}, bias, Residual::none);
}

TEST(PackedLinear, SumsManyInputsInParts) {
    check({5, 2500, 70}, true, Residual::none);
    check({5, 2500, 70}, true, Residual::in_place);
}

TEST(PackedLinear, AppliesEveryEpilogue) {
    using enum Activation;
    for (const Activation activation : {none, swish, gelu})
        for (const Residual residual : {Residual::none, Residual::apart, Residual::in_place})
            check({50, 24, 77, activation}, true, residual);
}

TEST(PackedLinear, GivesTheSameBitsForAnyNumberOfThreads) {
    for (const std::int64_t rows : {20, 60, 197}) {  // threads share outputs, both, rows
        const PackedLinearShape s{rows, 100, 300, Activation::gelu};
        const PackedLinear kernel(s);
        const exact::Buffer src(exact::rough_values(s.rows * s.c, 1)), weights(exact::rough_values(s.k * s.c, 2)),
            dst(s.rows * s.k), packed = exact::workspace(kernel.packed_bytes());
        kernel.pack(weights.data(), nullptr, packed.data());
        expect_same_bits_for_any_threads(
            [&] {
                kernel.run(src.data(), packed.data(), nullptr, dst.data());
                return dst.values();
            },
            std::to_string(rows) + " rows");
    }
}

TEST(PackedLinear, ImpossibleSizesAreRefused) {
    EXPECT_THROW(PackedLinear({0, 8, 8}), ShapeError);
    EXPECT_THROW(PackedLinear({4, 8, -1}), ShapeError);
}

}  // namespace
}  // namespace hpnas::kernel

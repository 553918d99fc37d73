#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

void check_product(Engine& engine, const MatmulShape& s) {
    const Matmul kernel(engine, s);
    SCOPED_TRACE(testing::Message() << "m " << s.m << " n " << s.n << " k " << s.k << " batch " << s.batch
                                    << " transposed " << s.transpose_a << s.transpose_b << " bias " << s.bias
                                    << " activation " << static_cast<int>(s.activation) << " "
                                    << kernel.implementation());
    const exact::Buffer a(exact::values(s.batch * s.m * s.k, 1, 32)), b(exact::values(s.batch * s.k * s.n, 2, 64));
    const exact::Buffer bias(exact::values(s.n, 3, 32)), c(s.batch * s.m * s.n),
        scratch = exact::workspace(kernel.workspace_bytes());
    kernel.run(a.data(), b.data(), s.bias ? bias.data() : nullptr, c.data(), scratch.data());
    const auto expected = reference::matmul(s, exact::as_double(a.values()), exact::as_double(b.values()),
                                            s.bias ? exact::as_double(bias.values()) : reference::Values{});
    // Exact sums; then the exponential's polynomial: a few 2^-23.
    const bool exactly = s.activation == Activation::none || s.activation == Activation::relu;
    exact::expect_near(c, expected, exactly ? 0.0 : 2e-6, "c");
    EXPECT_TRUE(scratch.intact());
}

TEST(Matmul, MatchesTheReferenceForTransposesAndBatches) {
    Engine engine;
    for (const bool transpose_a : {false, true})
        for (const bool transpose_b : {false, true})
            for (const std::int64_t batch : {1, 3})
                for (const bool bias : {false, true}) {
                    MatmulShape shape{.m = 5, .n = 7, .k = 9, .batch = batch};
                    shape.transpose_a = transpose_a, shape.transpose_b = transpose_b, shape.bias = bias;
                    check_product(engine, shape);
                    shape.m = 64, shape.n = 48, shape.k = 33;
                    check_product(engine, shape);
                }
}

TEST(Matmul, MatchesTheReferenceForVectors) {
    Engine engine;
    for (const auto& [m, n, k] :
         {std::array{1, 1, 1}, std::array{1, 40, 24}, std::array{40, 1, 24}, std::array{40, 24, 1}})
        for (const bool transpose_a : {false, true})
            for (const bool transpose_b : {false, true})
                check_product(
                    engine,
                    {.m = m, .n = n, .k = k, .transpose_a = transpose_a, .transpose_b = transpose_b, .bias = true});
}

TEST(Matmul, AppliesBiasThenActivation) {
    Engine engine;
    using enum Activation;
    for (const Activation activation : {none, relu, swish, sigmoid, gelu})
        for (const std::int64_t batch : {1, 2})
            check_product(engine, {.m = 6, .n = 20, .k = 17, .batch = batch, .bias = true, .activation = activation});
}

TEST(Matmul, RefusesEmptySizes) {
    Engine engine;
    EXPECT_THROW(Matmul(engine, {.m = 0, .n = 2, .k = 2}), ShapeError);
    EXPECT_THROW(Matmul(engine, {.m = 2, .n = 2, .k = -1}), ShapeError);
}

}  // namespace
}  // namespace hpnas::kernel

#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

void check_linear(Engine& engine, const LinearShape& s) {
    const Linear kernel(engine, s);
    SCOPED_TRACE(testing::Message() << s.rows << " x " << s.c << " -> " << s.k << " " << kernel.implementation());
    const exact::Buffer src(exact::values(s.rows * s.c, 1)), weights(exact::values(s.k * s.c, 2)),
        bias(exact::values(s.k, 3));
    const exact::Buffer diff_dst(exact::values(s.rows * s.k, 4)), dst(s.rows * s.k), diff_src(s.rows * s.c);
    const exact::Buffer diff_weights(s.k * s.c), diff_bias(s.k), scratch = exact::workspace(kernel.workspace_bytes());
    const auto x = exact::as_double(src.values()), w = exact::as_double(weights.values()),
               d = exact::as_double(diff_dst.values());

    kernel.forward(src.data(), weights.data(), s.bias ? bias.data() : nullptr, dst.data(), scratch.data());
    const MatmulShape forward{.m = s.rows, .n = s.k, .k = s.c, .transpose_b = true};
    exact::expect_equal(
        dst, reference::matmul(forward, x, w, s.bias ? exact::as_double(bias.values()) : reference::Values{}), "dst");
    kernel.backward_data(diff_dst.data(), weights.data(), diff_src.data(), scratch.data());
    exact::expect_equal(diff_src, reference::matmul({.m = s.rows, .n = s.c, .k = s.k}, d, w, {}), "diff_src");
    kernel.backward_weights(src.data(), diff_dst.data(), diff_weights.data(), s.bias ? diff_bias.data() : nullptr,
                            scratch.data());
    exact::expect_equal(diff_weights,
                        reference::matmul({.m = s.k, .n = s.c, .k = s.rows, .transpose_a = true}, d, x, {}),
                        "diff_weights");
    if (s.bias) exact::expect_equal(diff_bias, reference::bias_backward(d, s.k), "diff_bias");
    EXPECT_TRUE(scratch.intact());
}

TEST(Linear, MatchesTheReferenceInAllPasses) {
    Engine engine;
    for (const std::int64_t rows : {1, 3, 64})
        for (const std::int64_t c : {1, 8, 64, 100})
            for (const std::int64_t k : {1, 10, 40, 130})
                for (const bool bias : {false, true})
                    check_linear(engine, {.rows = rows, .c = c, .k = k, .bias = bias});
}

TEST(Linear, AppliesTheActivationInInference) {
    Engine engine;
    const LinearShape s{.rows = 3, .c = 24, .k = 17, .activation = Activation::swish, .training = false};
    const Linear kernel(engine, s);
    const exact::Buffer src(exact::values(s.rows * s.c, 1, 32)), weights(exact::values(s.k * s.c, 2, 64));
    const exact::Buffer bias(exact::values(s.k, 3, 32)), dst(s.rows * s.k),
        scratch = exact::workspace(kernel.workspace_bytes());
    kernel.forward(src.data(), weights.data(), bias.data(), dst.data(), scratch.data());
    const MatmulShape product{
        .m = s.rows, .n = s.k, .k = s.c, .transpose_b = true, .bias = true, .activation = s.activation};
    exact::expect_near(dst,
                       reference::matmul(product, exact::as_double(src.values()), exact::as_double(weights.values()),
                                         exact::as_double(bias.values())),
                       2e-6, "dst");  // exact sums, then the exponential's polynomial
}

TEST(Linear, RefusesWhatItCannotDo) {
    Engine engine;
    EXPECT_THROW(Linear(engine, {.rows = 0, .c = 1, .k = 1}), ShapeError);
    EXPECT_THROW(Linear(engine, {.rows = 1, .c = 1, .k = 1, .activation = Activation::relu}), ShapeError);
    const Linear inference(engine, {.rows = 1, .c = 2, .k = 2, .training = false});
    const exact::Buffer x(exact::values(4, 1)), y(4);
    EXPECT_ANY_THROW(inference.backward_data(x.data(), x.data(), y.data(), nullptr));
}

}  // namespace
}  // namespace hpnas::kernel

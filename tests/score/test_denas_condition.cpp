#include <gtest/gtest.h>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/linalg/symmetric_eigen.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/denas_condition.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

// The gradient of a linear layer's summed outputs is the input, once per output: the condition number is that of X X^T.
TEST(DenasCondition, OfALinearLayerIsThatOfItsInputs) {
    constexpr std::size_t n = 64, width = 200;
    NetworkBuilder builder;
    const NodeId fc = builder.add("fc", make_linear({.out = 3, .bias = false}), builder.input("input", {width}));
    const Network network = std::move(builder).finish({fc});
    kernel::Engine engine;
    Arena arena;
    ScoreProbe probe(network, {engine, arena}, {.batch = n, .seed = 6});
    const std::vector<float>& x = probe.batch().inputs;
    std::vector<double> gram(n * n, 0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t k = 0; k < width; ++k)
                gram[i * n + j] += static_cast<double>(x[i * width + k]) * x[j * width + k];
    const auto values = linalg::symmetric_eigenvalues(gram, n);
    const auto condition = DenasCondition({}).compute(probe);
    ASSERT_TRUE(condition);
    EXPECT_NEAR(*condition, values.back() / values.front(), 1e-4 * *condition);  // float32 gradients
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/score/scaled_tensor.hpp"

namespace hpnas {
namespace {

ScaledTensor tensor(std::vector<float> values, int exponent) {
    ScaledTensor result(values.size());
    std::copy(values.begin(), values.end(), result.data.begin());
    result.exponent = exponent;
    return result;
}

double value(const ScaledTensor& x, std::size_t i) { return std::ldexp(static_cast<double>(x.data[i]), x.exponent); }

TEST(ScaledTensor, NormalizesToOneHalfToOneWithoutRounding) {
    for (const float largest : {3.0F, 1e-30F, 1e-40F, 3e38F, 0.5F, 1.0F}) {
        ScaledTensor x = tensor({largest / 4, largest}, 7);
        const double first = value(x, 0), second = value(x, 1);
        x.normalize();
        EXPECT_GE(x.data[1], 0.5F);
        EXPECT_LT(x.data[1], 1.0F);
        EXPECT_EQ(value(x, 0), first);
        EXPECT_EQ(value(x, 1), second);
    }
}

TEST(ScaledTensor, ZerosStay) {
    ScaledTensor x = tensor({0, 0}, 3);
    x.normalize();
    EXPECT_EQ(value(x, 0), 0);
    EXPECT_EQ(x.exponent, 3);
}

TEST(ScaledTensor, AddsAtTheLargerExponent) {
    ScaledTensor x = tensor({1, 0.5}, 2);  // 4, 2
    x.add(tensor({0.75, 0.25}, 4));        // 12, 4
    EXPECT_EQ(value(x, 0), 16);
    EXPECT_EQ(value(x, 1), 6);
    x.add(tensor({1, 1}, -1000));  // far below the last bit
    EXPECT_EQ(value(x, 0), 16);
    x.add(tensor({1, 1}, 1000));
    EXPECT_EQ(value(x, 0), std::ldexp(1.0, 1000));
}

TEST(ScaledTensor, LogProductIsExactBeyondTheRangeOfDouble) {
    EXPECT_DOUBLE_EQ(log_product(tensor({1, 2}, 3000), tensor({3, 0.5}, -500)), std::log(4.0) + 2500 * std::log(2.0));
    EXPECT_EQ(log_product(tensor({1}, 0), tensor({0}, 0)), -std::numeric_limits<double>::infinity());
}

TEST(ScaledTensor, ScaledDownDividesByAPowerOfTwo) {
    const std::vector<float> values{3, 5};
    EXPECT_EQ(scaled_down(values, 1)[1], 2.5F);
    EXPECT_EQ(scaled_down(values, 0)[0], 3);
    EXPECT_EQ(scaled_down(values, 400)[0], 0);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {
namespace {

TEST(Signature, NamesEveryAttributeInOrder) {
    EXPECT_EQ(signature(*make_conv2d({.out = 8, .kernel = 3, .stride = 2})),
              "conv2d{out: 8, kernel: 3, stride: 2, padding: 1, dilation: 1, groups: 1, bias: false, activation: none, "
              "residual: false}");
    EXPECT_EQ(signature(*make_relu()), "relu{}");
    EXPECT_EQ(signature(*make_drop_path({.rate = 0.1})), "drop_path{rate: 0.1, residual: false}");
}

TEST(ParameterSpec, RunningStatisticsAreNotTrained) {
    EXPECT_FALSE((ParameterSpec{"m", {1}, ParameterRole::running_mean, {}}).trainable());
    EXPECT_FALSE((ParameterSpec{"v", {1}, ParameterRole::running_variance, {}}).trainable());
    EXPECT_TRUE((ParameterSpec{"w", {1}, ParameterRole::scale, {}}).trainable());
}

}  // namespace
}  // namespace hpnas

#include <hpnas/tensor/view.hpp>

#include <gtest/gtest.h>

namespace hpnas {
namespace {

TEST(TensorView, AWritableViewReadsAsConst) {
    float values[6] = {1, 2, 3, 4, 5, 6};
    const TensorView view{values, Shape{2, 3}};
    const ConstTensorView read = view;
    EXPECT_EQ(read.data, values);
    EXPECT_EQ(read.shape, (Shape{2, 3}));
}

}  // namespace
}  // namespace hpnas

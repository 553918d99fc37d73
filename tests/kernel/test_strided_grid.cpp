#include <gtest/gtest.h>

#include "../../src/kernel/strided_grid.hpp"
#include "kernel/exact.hpp"

namespace hpnas::kernel {
namespace {

// By hand: one image of 3 x 4 pixels of one channel, every second row and every third column.
const ConvolutionShape shape{.h = 3, .w = 4, .window = {.stride_h = 2, .stride_w = 3}};

TEST(StridedGrid, IsWhatAOneByOneWindowReads) {
    EXPECT_TRUE(is_pointwise(shape));
    EXPECT_EQ(on_grid(shape), (ConvolutionShape{.h = 2, .w = 2, .window = {}}));
    EXPECT_FALSE(is_pointwise({.h = 3, .w = 3, .window = Window::square(3)}));
    EXPECT_FALSE(is_pointwise({.h = 3, .w = 3, .window = {.pad_right = 1}}));
    EXPECT_FALSE(is_pointwise({.h = 3, .w = 3, .c = 2, .k = 2, .groups = 2, .window = {}}));
}

TEST(StridedGrid, GathersAndScattersItsPixels) {
    const exact::Buffer src(std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}), grid(4), diff_src(12);
    gather_grid(shape, src.data(), grid.data());
    exact::expect_equal(grid, {1, 4, 9, 12}, "grid");
    scatter_grid(shape, grid.data(), diff_src.data());
    exact::expect_equal(diff_src, {1, 0, 0, 4, 0, 0, 0, 0, 9, 0, 0, 12}, "diff_src");
}

}  // namespace
}  // namespace hpnas::kernel

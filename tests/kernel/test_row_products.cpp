#include <gtest/gtest.h>

#include <vector>

#include "hpnas/kernel/row_products.hpp"

namespace hpnas::kernel {
namespace {

TEST(RowProducts, AreAddedToTheLowerTriangleInDouble) {
    const std::vector<float> rows{16777216, 1, -1, 2, 3, -1};  // the last of each three is no part of its row
    std::vector<double> products{1, 10, 100, 1000};
    add_row_products({rows.data(), 2, 2, 3, products.data()});
    EXPECT_EQ(products, (std::vector<double>{1 + 281474976710657, 10, 100 + 33554435, 1000 + 13}));
}

}  // namespace
}  // namespace hpnas::kernel

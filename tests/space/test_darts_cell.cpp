#include <gtest/gtest.h>

#include "hpnas/space/darts_cell.hpp"

namespace hpnas {
namespace {

struct Built {
    Shape shape;
    Cost cost;
};

Built operation(DartsOperation op, std::int64_t stride, const DartsStyle& style = {}) {
    NetworkBuilder builder;
    const NodeId output = append_darts_operation(builder, "op", builder.input("input", {8, 8, 6}), op, stride, style);
    const Shape shape = builder.shape(output);
    return {shape, std::move(builder).finish({output}).cost()};
}

// By hand, 6 channels: depthwise k * k * 6, pointwise 36, batch norm 12.
TEST(DartsCell, OperationsHaveTheirParameters) {
    EXPECT_EQ(operation(DartsOperation::skip_connect, 1).cost.parameters, 0);
    EXPECT_EQ(operation(DartsOperation::skip_connect, 2).cost.parameters, 36 + 12);
    EXPECT_EQ(operation(DartsOperation::max_pool_3x3, 1).cost.parameters, 0);
    EXPECT_EQ(operation(DartsOperation::avg_pool_3x3, 2).cost.parameters, 0);
    EXPECT_EQ(operation(DartsOperation::dil_conv_3x3, 1).cost.parameters, 54 + 36 + 12);
    EXPECT_EQ(operation(DartsOperation::sep_conv_3x3, 2).cost.parameters, 2 * (54 + 36 + 12));
    EXPECT_EQ(operation(DartsOperation::sep_conv_5x5, 1).cost.parameters, 2 * (150 + 36 + 12));
    EXPECT_EQ(operation(DartsOperation::sep_conv_7x7, 1).cost.parameters, 2 * (294 + 36 + 12));
    EXPECT_EQ(operation(DartsOperation::dil_conv_3x3, 1, {.affine = false}).cost.parameters, 54 + 36);
}

TEST(DartsCell, OperationsKeepChannelsAndDivideSizesByTheStride) {
    for (std::size_t i = 0; i < n_darts_operations; ++i) {
        EXPECT_EQ(operation(static_cast<DartsOperation>(i), 1).shape, (Shape{8, 8, 6})) << i;
        EXPECT_EQ(operation(static_cast<DartsOperation>(i), 2).shape, (Shape{4, 4, 6})) << i;
    }
}

TEST(DartsCell, PreprocessingBringsBothInputsToOneSize) {
    NetworkBuilder builder;
    const NodeId large = builder.input("a", {8, 8, 6}), small = builder.input("b", {4, 4, 12});
    EXPECT_EQ(builder.shape(append_darts_preprocessing(builder, "p0", large, 10, true, {})), (Shape{4, 4, 10}));
    EXPECT_EQ(builder.shape(append_darts_preprocessing(builder, "p1", small, 10, false, {})), (Shape{4, 4, 10}));
}

TEST(DartsCell, ACellPutsItsNodesSideBySide) {
    NetworkBuilder builder;
    const NodeId a = builder.input("a", {8, 8, 6}), b = builder.input("b", {8, 8, 6});
    const DartsGenotype genotype = genotype_from_text("unas_cifar10");
    EXPECT_EQ(builder.shape(append_darts_cell(builder, a, b, genotype.reduce, true, {})), (Shape{4, 4, 24}));
}

}  // namespace
}  // namespace hpnas

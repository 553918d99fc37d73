#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "op/by_hand.hpp"
#include "op/kernel_call.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(BatchNorm, NormalisesWithTheBatchInTraining) {
    // one channel, values 1 and 3: mean 2, variance 1, so -1 and 1 (eps 0), times 2 plus 5
    const OperatorPtr op = make_batch_norm({.eps = 0});
    const ReferenceArgs r = by_hand(op, {{1}}, {{1, 3}}, {{2}, {5}, {0}, {1}});
    EXPECT_EQ(r.dst, (std::vector<double>{3, 7}));
}

TEST(BatchNorm, RunningStatisticsMoveByTheMomentum) {
    // values 1, 3 per channel: mean 2, unbiased variance 2; momentum 0.1 from mean 10 and variance 1
    kernel::Engine engine;
    ReferenceArgs args;
    const std::vector<Shape> inputs{{1}};
    args.batch = 2;
    args.inputs = inputs;
    args.src = {{1, 3}};
    args.parameters = {{1}, {0}, {10}, {1}};
    args.dst = {0, 0};
    const KernelResult result = call_kernel(*make_batch_norm(), args, engine);
    EXPECT_FLOAT_EQ(result.parameters[2][0], 9.2F);
    EXPECT_FLOAT_EQ(result.parameters[3][0], 1.1F);
    args.mode = ExecutionMode::evaluation;
    const KernelResult evaluation = call_kernel(*make_batch_norm({.eps = 0}), args, engine);
    EXPECT_EQ(evaluation.parameters[2][0], 10.0F);
    EXPECT_EQ(evaluation.parameters[3][0], 1.0F);
    EXPECT_FLOAT_EQ(evaluation.dst[0], -9.0F);
}

TEST(BatchNorm, HasTrainableScaleAndShiftAndKeepsStatistics) {
    const std::vector<Shape> inputs{{4, 4, 6}};
    const auto specs = make_batch_norm()->parameters(inputs);
    ASSERT_EQ(specs.size(), 4U);
    EXPECT_EQ(specs[0].initializer.a, 1);
    EXPECT_TRUE(specs[1].trainable());
    EXPECT_FALSE(specs[2].trainable());
    EXPECT_EQ(specs[3].name, "running_var");
    EXPECT_EQ(specs[3].initializer.a, 1);
    EXPECT_EQ(make_batch_norm({.affine = false})->parameters(inputs).size(), 2U);
    EXPECT_EQ(make_batch_norm()->macs(inputs), 0);
}

TEST(BatchNorm, BadShapesAndAttributesAreNamed) {
    EXPECT_EQ(shape_error([] {
                  output_of(make_batch_norm({.residual = true}), {{2, 2, 3}, {2, 2, 4}});
              }),
              "batch_norm: src[1]: expected shape [2, 2, 3], got [2, 2, 4]");
    EXPECT_EQ(shape_error([] { output_of(make_batch_norm(), {Shape{}}); }),
              "batch_norm: src[0]: expected [..., C] with C >= 1, got []");
    EXPECT_NE(shape_error([] { make_batch_norm({.eps = -1}); }), "");
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/graph/passes.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/squeeze_excite.hpp"

namespace hpnas {
namespace {

/// "name: signature(inputs)" of every node, inputs by name.
std::vector<std::string> lines(const Network& network) {
    std::vector<std::string> result;
    for (const Node& node : network.nodes()) {
        std::string line = node.name + ": " + (node.op == nullptr ? "input" : std::string(node.op->type()));
        for (const NodeId input : node.inputs) line += " " + network.node(input).name;
        result.push_back(line);
    }
    return result;
}

template <class T>
auto attributes(const Network& network, std::size_t i) {
    return dynamic_cast<const T&>(*network.nodes()[i].op).attributes();
}

/// conv, batch norm, swish, squeeze-excite, conv, batch norm, drop path, + input, relu.
Network residual_block(double drop_rate) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {6, 6, 8});
    NodeId y = b.add("conv1", make_conv2d({.out = 16}), x);
    y = b.add("bn1", make_batch_norm(), y);
    y = b.add("act1", make_swish(), y);
    y = b.add("se", make_squeeze_excite({.reduced = 2}), y);
    y = b.add("conv2", make_conv2d({.out = 8}), y);
    y = b.add("bn2", make_batch_norm(), y);
    if (drop_rate > 0) y = b.add("drop", make_drop_path({drop_rate}), y);
    y = b.add("sum", make_add(), {y, x});
    return std::move(b).finish({b.add("act2", make_relu(), y)});
}

TEST(RemoveResiduals, KeepsTheDeeperBranch) {
    EXPECT_EQ(lines(remove_residuals(residual_block(0.2))),
              (std::vector<std::string>{"x: input", "conv1: conv2d x", "bn1: batch_norm conv1", "act1: swish bn1",
                                        "se: squeeze_excite act1", "conv2: conv2d se", "bn2: batch_norm conv2",
                                        "drop: drop_path bn2", "act2: relu drop"}));
}

TEST(RemoveResiduals, AProjectionInTheShortcutVanishes) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {6, 6, 8});
    const NodeId projection = b.add("projection", make_conv2d({.out = 4}), x);
    NodeId y = b.add("conv1", make_conv2d({.out = 4, .kernel = 3}), x);
    y = b.add("conv2", make_conv2d({.out = 4, .kernel = 3}), y);
    const Network network = std::move(b).finish({b.add("sum", make_add(), {projection, y})});
    const Network result = remove_residuals(network);
    EXPECT_EQ(lines(result), (std::vector<std::string>{"x: input", "conv1: conv2d x", "conv2: conv2d conv1"}));
    EXPECT_EQ(result.outputs()[0], 2);
}

TEST(RemoveResiduals, SumsOfEquallyDeepBranchesStay) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {6, 6, 8});
    const NodeId left = b.add("left", make_conv2d({.out = 8}), x), right = b.add("right", make_conv2d({.out = 8}), x);
    const Network network = std::move(b).finish({b.add("sum", make_add(), {left, right})});
    EXPECT_EQ(lines(remove_residuals(network)), lines(network));
}

TEST(RemoveRandomness, LeavesAllElse) {
    EXPECT_EQ(lines(remove_randomness(residual_block(0.2))), lines(residual_block(0)));
}

TEST(ScaleDropPath, ChangesRatesAlone) {
    const Network half = scale_drop_path(residual_block(0.2), 0.5);
    EXPECT_EQ(lines(half), lines(residual_block(0.2)));
    EXPECT_EQ(half.hash(), residual_block(0.1).hash());
}

TEST(CutAt, KeepsWhatTheValuesNeed) {
    const Network whole = residual_block(0);
    const Network part = cut_at(whole, {3});
    EXPECT_EQ(lines(part),
              (std::vector<std::string>{"x: input", "conv1: conv2d x", "bn1: batch_norm conv1", "act1: swish bn1"}));
    EXPECT_EQ(part.outputs()[0], 3);
}

TEST(FuseForTraining, BatchNormTakesActivationAndResidual) {
    const Network fused = fuse_for_training(residual_block(0));
    EXPECT_EQ(lines(fused),
              (std::vector<std::string>{"x: input", "conv1: conv2d x", "bn1: batch_norm conv1",
                                        "se: squeeze_excite bn1", "conv2: conv2d se", "bn2: batch_norm conv2 x"}));
    EXPECT_EQ(attributes<BatchNorm>(fused, 2).activation, Activation::swish);
    EXPECT_FALSE(attributes<BatchNorm>(fused, 2).residual);
    EXPECT_EQ(attributes<BatchNorm>(fused, 5).activation, Activation::relu);
    EXPECT_TRUE(attributes<BatchNorm>(fused, 5).residual);
    EXPECT_EQ(fused.outputs()[0], 5);
}

TEST(FuseForTraining, DropPathTakesTheResidual) {
    const Network fused = fuse_for_training(residual_block(0.2));
    EXPECT_EQ(lines(fused)[6], "drop: drop_path bn2 x");
    EXPECT_TRUE(attributes<DropPath>(fused, 6).residual);
    EXPECT_EQ(lines(fused)[7], "act2: relu drop");
}

TEST(FuseForEvaluation, DropPathVanishesAndBatchNormTakesTheResidual) {
    const Network fused = fuse_for_evaluation(residual_block(0.2));
    EXPECT_EQ(lines(fused), lines(fuse_for_training(residual_block(0))));
}

TEST(FuseForEvaluation, AFusedDropPathIsAnAddition) {
    EXPECT_EQ(lines(fuse_for_evaluation(fuse_for_training(residual_block(0.2)))).back(), "bn2: batch_norm conv2 x");
}

TEST(FuseForTraining, AValueReadTwiceStays) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {4, 4, 2});
    const NodeId norm = b.add("bn", make_batch_norm(), x);
    const NodeId act = b.add("act", make_relu(), norm);
    const NodeId sum = b.add("sum", make_add(), {act, norm});
    const Network network = std::move(b).finish({sum});
    EXPECT_EQ(lines(fuse_for_training(network)), lines(network));
}

TEST(FuseForTraining, AnOutputStays) {
    NetworkBuilder b;
    const NodeId norm = b.add("bn", make_batch_norm(), b.input("x", {4, 4, 2}));
    const NodeId act = b.add("act", make_relu(), norm);
    const Network network = std::move(b).finish({act, norm});
    EXPECT_EQ(lines(fuse_for_training(network)), lines(network));
}

TEST(FuseForTraining, OfTwoNormsTheLaterTakesTheOtherAsResidual) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {4, 4, 2});
    const NodeId first = b.add("bn1", make_batch_norm(), b.add("conv1", make_conv2d({.out = 2}), x));
    const NodeId second = b.add("bn2", make_batch_norm(), b.add("conv2", make_conv2d({.out = 2}), x));
    const Network network = std::move(b).finish({b.add("sum", make_add(), {first, second})});
    EXPECT_EQ(lines(fuse_for_training(network)).back(), "bn2: batch_norm conv2 bn1");
    EXPECT_EQ(lines(fold_for_inference(network)),
              (std::vector<std::string>{"x: input", "conv1: conv2d x", "conv2: conv2d x conv1"}));
}

TEST(FuseForTraining, BlocksFollowTheirNodes) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {4, 4, 2});
    b.push_scope("a");
    b.begin_block("norm and relu");
    const NodeId act = b.add("act", make_relu(), b.add("bn", make_batch_norm(), x));
    b.end_block();
    b.pop_scope();
    b.push_scope("b");
    b.begin_block("conv");
    const NodeId conv = b.add("conv", make_conv2d({.out = 2}), act);
    b.end_block();
    const Network fused = fuse_for_training(std::move(b).finish({conv}));
    ASSERT_EQ(fused.blocks().size(), 2U);
    EXPECT_EQ(fused.blocks()[0].first, 1);
    EXPECT_EQ(fused.blocks()[0].last, 1);
    EXPECT_EQ(fused.blocks()[1].first, 2);
}

TEST(FoldForInference, ConvolutionsTakeEverythingAfterThem) {
    std::vector<FoldedNorm> folded;
    const Network network = fold_for_inference(residual_block(0.2), &folded);
    EXPECT_EQ(lines(network), (std::vector<std::string>{"x: input", "conv1: conv2d x", "se: squeeze_excite conv1",
                                                        "conv2: conv2d se x"}));
    EXPECT_EQ(attributes<Conv2d>(network, 1).activation, Activation::swish);
    EXPECT_TRUE(attributes<Conv2d>(network, 1).bias);
    EXPECT_EQ(attributes<Conv2d>(network, 3).activation, Activation::relu);
    EXPECT_TRUE(attributes<Conv2d>(network, 3).residual);
    ASSERT_EQ(folded.size(), 2U);
    EXPECT_EQ(folded[0].node, "conv1");
    EXPECT_EQ(folded[0].norm, "bn1");
}

TEST(FoldForInference, DropoutVanishesAndLinearTakesItsActivation) {
    NetworkBuilder b;
    NodeId y = b.add("drop", make_dropout({0.2}), b.input("x", {8}));
    y = b.add("act", make_relu(), b.add("fc1", make_linear({.out = 4, .bias = false}), y));
    const Network network = fold_for_inference(std::move(b).finish({b.add("fc2", make_linear({.out = 3}), y)}));
    EXPECT_EQ(lines(network), (std::vector<std::string>{"x: input", "fc1: linear x", "fc2: linear fc1"}));
    EXPECT_EQ(attributes<Linear>(network, 1).activation, Activation::relu);
}

TEST(FoldForInference, LinearTakesTheAdditionAndItsActivation) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {5, 8});
    const NodeId y = b.add("sum", make_add(), {b.add("fc", make_linear({.out = 8}), x), x});
    const Network network = fold_for_inference(std::move(b).finish({b.add("act", make_relu(), y)}));
    EXPECT_EQ(lines(network), (std::vector<std::string>{"x: input", "fc: linear x x"}));
    EXPECT_TRUE(attributes<Linear>(network, 1).residual);
    EXPECT_EQ(attributes<Linear>(network, 1).activation, Activation::relu);
}

TEST(FoldForInference, AConvolutionReadTwiceKeepsItsNorm) {
    NetworkBuilder b;
    const NodeId conv = b.add("conv", make_conv2d({.out = 2}), b.input("x", {4, 4, 2}));
    const NodeId norm = b.add("bn", make_batch_norm(), conv);
    const NodeId scaled = b.add("act", make_sigmoid(), conv);
    const Network network = fold_for_inference(std::move(b).finish({b.add("sum", make_add(), {norm, scaled})}));
    EXPECT_EQ(lines(network),
              (std::vector<std::string>{"x: input", "conv: conv2d x", "act: sigmoid conv", "bn: batch_norm conv act"}));
}

TEST(Passes, AreIdempotent) {
    const Network training = fuse_for_training(residual_block(0.2));
    EXPECT_EQ(lines(fuse_for_training(training)), lines(training));
    const Network deployed = fold_for_inference(residual_block(0.2));
    EXPECT_EQ(lines(fold_for_inference(deployed)), lines(deployed));
    EXPECT_EQ(lines(fuse_for_evaluation(deployed)), lines(deployed));
}

}  // namespace
}  // namespace hpnas

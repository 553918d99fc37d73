#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/train/execution_layout.hpp"
#include "train/random_network.hpp"

namespace hpnas {
namespace {

/// A kernel that only states what memory it needs.
class Stated final : public OperatorKernel {
public:
    explicit Stated(Memory memory) : memory_(memory) {}
    void forward(const ForwardArgs&, const StepContext&) override { throw InternalError("not to be called"); }
    void backward(const BackwardArgs&, const StepContext&) override { throw InternalError("not to be called"); }
    Memory memory() const noexcept override { return memory_; }
    std::string implementation() const override { return "none"; }

private:
    Memory memory_;
};

const OperatorKernel::Memory convolution{};
const OperatorKernel::Memory relu{.needs_src = false, .needs_dst = true, .in_place = 0, .diff_in_place = 0};
const OperatorKernel::Memory addition{.needs_src = false, .in_place = 0, .diff_in_place = 0, .passes_gradient = true};

std::vector<std::unique_ptr<OperatorKernel>> kernels(const std::vector<OperatorKernel::Memory>& stated) {
    std::vector<std::unique_ptr<OperatorKernel>> result;
    result.push_back(nullptr);  // the input
    for (const auto& memory : stated) result.push_back(std::make_unique<Stated>(memory));
    return result;
}

/// x -> conv1 -> relu -> conv2 -> sum with relu's value -> conv3. 4 x 4 x 4 floats everywhere.
Network residual() {
    NetworkBuilder b;
    const NodeId x = b.input("x", {4, 4, 4});
    const NodeId one = b.add("relu", make_relu(), b.add("conv1", make_conv2d({.out = 4}), x));
    const NodeId two = b.add("conv2", make_conv2d({.out = 4}), one);
    return std::move(b).finish({b.add("conv3", make_conv2d({.out = 4}), b.add("sum", make_add(), {two, one}))});
}
const std::vector<OperatorKernel::Memory> stated{convolution, relu, convolution, addition, convolution};
enum : std::size_t { x, conv1, relu1, conv2, sum, conv3 };

TEST(ExecutionLayout, ForwardOverwritesWhatNobodyNeedsAnyMore) {
    const ExecutionLayout layout = lay_out(residual(), kernels(stated), {1, true, false, 64});
    EXPECT_EQ(layout.nodes[relu1].value, layout.nodes[conv1].value);
    EXPECT_EQ(layout.nodes[sum].value, layout.nodes[conv2].value);
    EXPECT_NE(layout.nodes[conv2].value, layout.nodes[relu1].value);  // conv2 and the sum still read it
}

TEST(ExecutionLayout, AResidualsGradientIsPassedOnWithoutACopy) {
    const ExecutionLayout layout = lay_out(residual(), kernels(stated), {1, true, false, 64});
    EXPECT_FALSE(layout.nodes[sum].calls_kernel);
    EXPECT_EQ(layout.nodes[conv2].diff_dst, layout.nodes[sum].diff_dst);
    // The sum's second operand: relu's value, read by conv2 as well: one copy, then conv2's gradient is added.
    ASSERT_EQ(layout.nodes[sum].transfers.size(), 1U);
    EXPECT_FALSE(layout.nodes[sum].transfers[0].add);
    ASSERT_EQ(layout.nodes[conv2].transfers.size(), 1U);
    EXPECT_TRUE(layout.nodes[conv2].transfers[0].add);
    EXPECT_EQ(layout.nodes[conv2].transfers[0].to, layout.nodes[relu1].diff_dst);
    EXPECT_EQ(layout.nodes[relu1].diff_src[0], layout.nodes[relu1].diff_dst);  // in place
}

TEST(ExecutionLayout, TheFirstLayerGetsNoDataGradient) {
    EXPECT_EQ(lay_out(residual(), kernels(stated), {1, true, false, 64}).nodes[conv1].diff_src[0], -1);
    const ExecutionLayout with = lay_out(residual(), kernels(stated), {1, true, true, 64});
    EXPECT_GE(with.nodes[conv1].diff_src[0], 0);
    EXPECT_EQ(with.input_gradients[0], with.nodes[conv1].diff_src[0]);
}

TEST(ExecutionLayout, InferenceNeedsThreeImages) {
    // x stays, the residual value lives, and conv2 needs a block of its own: 3 blocks of 256 bytes
    const ExecutionLayout layout = lay_out(residual(), kernels(stated), {1, false, false, 0});
    EXPECT_EQ(plan_memory(layout.blocks).total, 3U * 256);
    EXPECT_TRUE(layout.output_gradients.empty());
    EXPECT_EQ(layout.gradients, -1);
}

TEST(ExecutionLayout, SavedMemoryLivesUntilTheBackwardCall) {
    OperatorKernel::Memory saving = convolution;
    saving.saved_bytes = 100;
    saving.workspace_bytes = 200;
    const ExecutionLayout layout =
        lay_out(residual(), kernels({saving, relu, convolution, addition, convolution}), {1, true, false, 64});
    const NodeLayout& node = layout.nodes[conv1];
    const auto& block = [&](BlockId id) -> const Lifetime& { return layout.blocks[static_cast<std::size_t>(id)]; };
    EXPECT_EQ(block(node.saved).first, 1);
    EXPECT_EQ(block(node.saved).last, 2 * 6 - 1);
    EXPECT_EQ(block(node.forward_workspace).last, 1);
    EXPECT_EQ(block(node.backward_workspace).first, 11);
}

TEST(ExecutionLayout, NodesWithoutParametersBehindThemNeedNoGradient) {
    NetworkBuilder b;
    const NodeId image = b.input("x", {4, 4, 4});
    const NodeId pooled = b.add("pool", make_average_pool({}), image);
    const NodeId conv = b.add("conv", make_conv2d({.out = 4}), pooled);
    b.add("unused", make_conv2d({.out = 4}), pooled);
    const Network network = std::move(b).finish({conv});
    EXPECT_EQ(nodes_with_gradient(network, false), (std::vector<bool>{false, false, true, false}));
    EXPECT_EQ(nodes_with_gradient(network, true), (std::vector<bool>{true, true, true, false}));
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "export/graph_writer.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

TEST(GraphWriter, EqualConstantsAreWrittenOnce) {
    GraphWriter writer(0);
    const std::vector<std::int64_t> list{1, 2};
    EXPECT_EQ(writer.list(list), writer.list(list));
    EXPECT_EQ(writer.scalar(1.0F), writer.scalar(1.0F));
    EXPECT_NE(writer.scalar(1.0F), writer.scalar(std::int64_t{0x3f800000}));  // the same four bytes, another type
    const std::vector<std::int64_t> column{2, 1};
    EXPECT_NE(writer.constant(column, std::span<const std::int64_t>(list)), writer.list(list));
    EXPECT_EQ(std::move(writer).take().initializer_size(), 4);
}

TEST(GraphWriter, NamesAreUniqueWithinTheGraph) {
    GraphWriter writer(0);
    writer.set_scope("a");
    const std::string first = writer.node("Relu", {"x"}), second = writer.node("Relu", {first});
    EXPECT_EQ(first, "a/Relu");
    EXPECT_EQ(second, "a/Relu_1");
    EXPECT_EQ(writer.node("Split", {second}, {}, 2), "a/Split");
    const onnx::GraphProto graph = std::move(writer).take();
    EXPECT_EQ(graph.node(2).output(1), "a/Split.1");
}

TEST(GraphWriter, ATranspositionIsWrittenOnce) {
    GraphWriter writer(0);
    const OnnxValue image = writer.input("image", {4, 5, 3}, false, ImageLayout::nhwc);
    const std::string once = writer.as_channels_first(image);
    EXPECT_EQ(writer.as_channels_first(image), once);
    EXPECT_EQ(writer.as_channels_last(image), "image");
    EXPECT_EQ(std::move(writer).take().node_size(), 1);
    GraphWriter other(0);
    EXPECT_THROW(other.as_channels_first({"vector", {7}, false, false}), InternalError);
}

TEST(GraphWriter, AValueMayBeTwoOutputs) {
    GraphWriter writer(0);
    const OnnxValue x = writer.input("x", {3}, false, ImageLayout::nchw);
    writer.set_scope("a");
    const OnnxValue y{writer.node("Relu", {x.name}), {3}, false, false};
    writer.output("one", y, ImageLayout::nchw);
    writer.output("two", {"one", {3}, false, false}, ImageLayout::nchw);
    const onnx::GraphProto graph = std::move(writer).take();
    EXPECT_EQ(graph.node(0).output(0), "one");
    EXPECT_EQ(graph.node(1).op_type(), "Identity");
    EXPECT_EQ(graph.node(1).output(0), "two");
}

TEST(GraphWriter, AttributesKeepTheirTypes) {
    GraphWriter writer(0);
    writer.node(
        "X", {},
        {{"i", std::int64_t{3}}, {"f", 0.5F}, {"s", std::string("text")}, {"l", std::vector<std::int64_t>{1, 2}}});
    const onnx::GraphProto graph = std::move(writer).take();
    const auto& attributes = graph.node(0).attribute();
    EXPECT_EQ(attributes[0].i(), 3);
    EXPECT_EQ(attributes[1].f(), 0.5F);
    EXPECT_EQ(attributes[2].s(), "text");
    EXPECT_EQ(attributes[3].ints(1), 2);
    EXPECT_EQ(attributes[3].type(), onnx::AttributeProto::INTS);
}

}  // namespace
}  // namespace hpnas

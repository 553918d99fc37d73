#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/nasbench201_cell.hpp"

namespace hpnas::test {
namespace {

using Kind = CellStep::Kind;

/// Kinds and sources of the steps: "conv3x3(0) add(0,1)".
std::string steps_text(const std::string& cell) {
    static constexpr std::array<std::string_view, 6> names{"identity", "zero", "conv1x1", "conv3x3", "pool", "add"};
    std::string text;
    for (const CellStep& step : cell_steps(cell_from_text(cell))) {
        text += (text.empty() ? "" : " ") + std::string(names[static_cast<std::size_t>(step.kind)]) + "(" +
                std::to_string(step.a);
        text += (step.kind == Kind::add ? "," + std::to_string(step.b) : "") + ")";
    }
    return text;
}

std::string parse_error(const std::string& text) {
    try {
        cell_from_text(text);
    } catch (const EncodingError& error) {
        return error.what();
    }
    return {};
}

TEST(NasBench201Cell, StringsArePrintedAsTheyAreRead) {
    const std::string text = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|";
    const Cell cell = cell_from_text(text);
    EXPECT_EQ(cell, (Cell{CellOperation::nor_conv_3x3, CellOperation::none, CellOperation::skip_connect,
                          CellOperation::avg_pool_3x3, CellOperation::nor_conv_1x1, CellOperation::none}));
    EXPECT_EQ(to_text(cell), text);
}

TEST(NasBench201Cell, MalformedStringsAreExplained) {
    EXPECT_EQ(parse_error("|nor_conv_5x5~0|+"),
              "NAS-Bench-201 cell '|nor_conv_5x5~0|+': expected '|OPERATION~0|' for node 1 at '|nor_conv_5x5~0|+', "
              "OPERATION being one of none, skip_connect, nor_conv_1x1, nor_conv_3x3, avg_pool_3x3");
    EXPECT_EQ(parse_error("|none~0||none~0|none~1|+|none~0|none~1|none~2|"),
              "NAS-Bench-201 cell '|none~0||none~0|none~1|+|none~0|none~1|none~2|': expected '|+' behind node 1, got "
              "'||none~0|none~1|+|none~0|none~1|none~2|'");
    EXPECT_NE(parse_error("|none~0|+|none~0|none~0|+|none~0|none~1|none~2|"), "");
    EXPECT_NE(parse_error("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|x"), "");
    EXPECT_NE(parse_error("|none~0|+|none~0|none~1|+|none~0|none~1|"), "");
    EXPECT_NE(parse_error(""), "");
}

// The following steps are worked out by hand.
TEST(NasBench201Cell, SumsOfWhatArrives) {
    EXPECT_EQ(steps_text("|nor_conv_3x3~0|+|avg_pool_3x3~0|skip_connect~1|+|skip_connect~0|none~1|nor_conv_1x1~2|"),
              "conv3x3(0) pool(0) add(1,2) conv1x1(3) add(0,4)");
}

TEST(NasBench201Cell, NothingConnectedIsZero) {
    EXPECT_EQ(steps_text("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"), "zero(0)");
    EXPECT_EQ(steps_text("|none~0|+|none~0|skip_connect~1|+|none~0|avg_pool_3x3~1|skip_connect~2|"), "zero(0)");
}

TEST(NasBench201Cell, AConvolutionOfNothingReadsZeros) {
    EXPECT_EQ(steps_text("|none~0|+|none~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|"),
              "zero(0) conv1x1(1) conv3x3(1) add(0,2) add(4,3)");
}

TEST(NasBench201Cell, OneSkipIsTheIdentity) {
    EXPECT_EQ(steps_text("|skip_connect~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|"), "identity(0)");
}

TEST(NasBench201Cell, ASkipTwiceDoublesTheValue) {
    EXPECT_EQ(steps_text("|skip_connect~0|+|none~0|none~1|+|skip_connect~0|skip_connect~1|none~2|"), "add(0,0)");
}

TEST(NasBench201Cell, UnreadStepsStayInTheGraph) {
    EXPECT_EQ(steps_text("|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|"),
              "conv3x3(0) zero(1) add(0,2)");
    EXPECT_EQ(steps_text("|nor_conv_3x3~0|+|none~0|nor_conv_1x1~1|+|none~0|none~1|none~2|"),
              "conv3x3(0) conv1x1(1) zero(2)");
}

TEST(NasBench201Cell, IsOneBlockWithOneInput) {
    for (const char* text : {"|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|",
                             "|skip_connect~0|+|none~0|none~1|+|none~0|skip_connect~1|none~2|",
                             "|none~0|+|none~0|none~1|+|none~0|none~1|none~2|"}) {
        NetworkBuilder builder;
        const NodeId input = builder.input("input", {6, 6, 4});
        builder.push_scope("cell");
        const NodeId output = append_cell(builder, input, cell_from_text(text));
        builder.pop_scope();
        const Network network = std::move(builder).finish({output});
        ASSERT_EQ(network.blocks().size(), 1U);
        EXPECT_EQ(network.blocks()[0].key, "nasbench201 " + std::string(text));
        EXPECT_EQ(network.blocks()[0].last, output) << text;
        EXPECT_EQ(network.input_shape(network.blocks()[0]), (Shape{6, 6, 4}));
        EXPECT_EQ(network.node(output).shape, (Shape{6, 6, 4}));
    }
}

}  // namespace
}  // namespace hpnas::test

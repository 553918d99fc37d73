#include <gtest/gtest.h>

#include "hpnas/op/linear.hpp"
#include "hpnas/space/additive_cost.hpp"
#include "hpnas/space/width_segmentation.hpp"

namespace hpnas::test {
namespace {

ChainBlock linear_block(std::int64_t in, std::int64_t out) {
    return {{"linear " + std::to_string(out), {in}}, [in, out] {
                NetworkBuilder builder;
                builder.push_scope("block");
                const NodeId input = builder.input("input", {in});
                builder.begin_block("linear " + std::to_string(out));
                const NodeId output = builder.add("fc", make_linear({.out = out, .bias = false}), input);
                builder.end_block();
                return std::move(builder).finish({output});
            }};
}

/// Slots: 0 width {2, 3}, 1 number of layers {0, 1, 3}, 2 an inner choice. Layers multiply the width by 10 or 20 and
/// are thought away again.
Segmentation stack() {
    const std::vector<std::int64_t> widths{2, 3};
    WidthSegmenter segmenter(0, widths.size());
    segmenter.fixed("in", linear_block(5, 7));
    segmenter.begin("widen", [&](std::size_t width) { return linear_block(7, widths[width]); });
    segmenter.add("layers", {{{2, 1}}, 2, 1, {0, 1, 3}}, [&](std::size_t width, std::size_t inner) {
        return linear_block(widths[width], widths[width] * (inner == 0 ? 10 : 20));
    });
    segmenter.add("out", {}, [&](std::size_t width, std::size_t) { return linear_block(widths[width], 1); });
    return std::move(segmenter).finish();
}

TEST(WidthSegmentation, PathsFollowTheWidth) {
    const Segmentation s = stack();
    ASSERT_EQ(s.blocks.size(), 1U + 2 + 4 + 2);
    const auto keys = [&](const std::vector<std::int16_t>& x) {
        std::vector<std::string> result;
        for (const std::size_t i : blocks_of(s, x)) result.push_back(s.blocks[i].key);
        return result;
    };
    EXPECT_EQ(keys({0, 0, 1}), (std::vector<std::string>{"linear 7", "linear 2", "linear 1"}));
    EXPECT_EQ(keys({1, 2, 1}),
              (std::vector<std::string>{"linear 7", "linear 3", "linear 60", "linear 60", "linear 60", "linear 1"}));
}

TEST(WidthSegmentation, CostsAddUp) {
    const Segmentation s = stack();
    const AdditiveCost parameters(s, [](const Network& block) { return static_cast<double>(block.cost().parameters); });
    EXPECT_EQ(parameters(std::vector<std::int16_t>{1, 2, 0}), 35 + 21 + 3 * (3 * 30) + 3);
    EXPECT_EQ(parameters(std::vector<std::int16_t>{0, 1, 1}), 35 + 14 + 2 * 40 + 2);
}

TEST(WidthSegmentation, EqualBlocksAreListedOnce) {
    WidthSegmenter segmenter(0, 1);
    segmenter.begin("a", [](std::size_t) { return linear_block(2, 2); });
    segmenter.add("b", {}, [](std::size_t, std::size_t) { return linear_block(2, 2); });
    EXPECT_EQ(std::move(segmenter).finish().blocks.size(), 1U);
}

}  // namespace
}  // namespace hpnas::test

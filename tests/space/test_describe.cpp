#include <gtest/gtest.h>

#include <numeric>

#include "hpnas/space/describe.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

TEST(Describe, RowsAddUpToTheNetwork) {
    const auto space = make_space("smoke", {.classes = 10});
    const Description d = describe(space->decode(space->parse("v:12,8,3,1,swish,16,3,2")));
    EXPECT_EQ(d.resolution, 12);
    ASSERT_EQ(d.inputs.size(), 1U);
    EXPECT_EQ(d.inputs[0].shape, (Shape{12, 12, 3}));
    ASSERT_EQ(d.rows.size(), 6U);
    EXPECT_EQ(d.rows[0].name, "stages.0.blocks.0");
    EXPECT_EQ(d.rows[0].key, "conv k=3 s=1 act=swish out=8");
    EXPECT_EQ(d.rows[0].input, (Shape{12, 12, 3}));
    EXPECT_EQ(d.rows[0].output, (Shape{12, 12, 8}));
    EXPECT_EQ(d.rows[0].parameters, 3 * 9 * 8 + 16);
    EXPECT_EQ(d.rows[0].macs, 144 * 3 * 9 * 8);
    EXPECT_EQ(d.rows[0].activation_bytes, 3 * 144 * 8 * 4);  // convolution, batch norm, activation
    EXPECT_EQ(d.rows[5].output, (Shape{10}));
    const auto sum = [&](std::int64_t BlockRow::*field) {
        return std::accumulate(d.rows.begin(), d.rows.end(), std::int64_t{0},
                               [&](std::int64_t s, const BlockRow& r) { return s + r.*field; });
    };
    EXPECT_EQ(sum(&BlockRow::parameters), d.total.parameters);
    EXPECT_EQ(sum(&BlockRow::macs), d.total.macs);
}

TEST(Describe, NetworkWithoutBlocksHasNoRows) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {5});
    const Description d = describe(std::move(builder).finish({input}));
    EXPECT_TRUE(d.rows.empty());
    EXPECT_EQ(d.resolution, 0);
    EXPECT_EQ(d.inputs.at(0).name, "input");
}

}  // namespace
}  // namespace hpnas::test

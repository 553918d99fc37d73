#include <gtest/gtest.h>

#include "hpnas/space/staged_spec.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

constexpr const char* yaml = R"(
name: t
resolution: 32
padding: as_built
bn_eps: 1e-5
se_ratio: 0.25
stages:
  - {block: conv, stride: 2, filters: [16, 24], kernel: 3, activation: swish}
  - {block: fused_irb, stride: 2, filters: {same_as: 0}, kernel: 3, expansion: [1.3, 4], se: true,
     activation: relu, layers: 2}
  - {block: irb, stride: 2, filters: 40, kernel: 5, expansion: 3, activation: relu}
head: {filters: 64, features: 32, dropout: 0.3, activation: swish}
)";

TEST(StagedSpec, BlocksTakeTheirChosenValues) {
    const StagedSpec spec = staged_space(yaml).spec();
    const Encoding x = {1, 1};  // filters 24, expansion 4
    EXPECT_EQ(block_key(stage_block(spec, 0, x, 3, true)), "conv k=3 s=2 act=swish out=24 eps=1e-05");
    // mid = 4 * 24, se = 24 / 4; the strided block alone has no padding.
    EXPECT_EQ(block_key(stage_block(spec, 1, x, 24, true)),
              "fused_irb k=3 s=2 mid=96 se=6 act=relu out=24 pad=0 eps=1e-05");
    EXPECT_EQ(block_key(stage_block(spec, 1, x, 24, false)), "fused_irb k=3 s=1 mid=96 se=6 act=relu out=24 eps=1e-05");
    // irb blocks are padded in both families.
    EXPECT_EQ(block_key(stage_block(spec, 2, x, 24, true)), "irb k=5 s=2 mid=72 se=0 act=relu out=40 eps=1e-05");
    EXPECT_EQ(block_key(head_block(spec, 10)), "head mid=64 features=32 act=swish out=10 eps=1e-05");
    EXPECT_EQ(head_block(spec, 10).dropout, 0.3);
}

TEST(StagedSpec, InnerWidthsAreRoundedAndHiddenOnesAtLeastOne) {
    StagedSpec spec = staged_space(yaml).spec();
    EXPECT_EQ(stage_block(spec, 1, {0, 0}, 16, true).mid, 24);  // 20.8 rounds to 24
    spec.round_to = 0;
    EXPECT_EQ(stage_block(spec, 1, {0, 0}, 16, true).mid, 21);
    EXPECT_EQ(stage_block(spec, 1, {0, 0}, 1, true).se, 1);
}

TEST(StagedSpec, TiedFiltersAreTheOtherStages) {
    const StagedSpec spec = staged_space(yaml).spec();
    EXPECT_EQ(stage_filters(spec, 1, {0, 0}), 16);
    EXPECT_EQ(stage_filters(spec, 1, {1, 0}), 24);
    EXPECT_EQ(stage_filters(spec, 2, {1, 0}), 40);
}

TEST(StagedSpec, FixedAttributesHaveNoSlot) {
    const StagedSpec spec = staged_space(yaml).spec();
    ASSERT_EQ(spec.decisions.size(), 2U);
    EXPECT_EQ(spec.decisions[0].name, "stage0.filters");
    EXPECT_EQ(spec.decisions[1].name, "stage1.expansion");
}

}  // namespace
}  // namespace hpnas::test

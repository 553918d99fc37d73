#include <gtest/gtest.h>

#include <map>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/describe.hpp"
#include "hpnas/space/staged_segmentation.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

// gpunet.md 5.6: the look-up table's keys for one resolution.
TEST(StagedSegmentation, GpunetHas13427BlocksAtOneResolution) {
    const Segmentation s = *make_space("{name: gpunet, fix: {resolution: 224}}")->segmentation();
    EXPECT_EQ(s.blocks.size(), 13'427U);
    std::map<std::string, int> by_input;  // "type H": counts of the same section
    for (const BlockKey& block : s.blocks)
        ++by_input[block.key.substr(0, block.key.find(' ')) + " " + std::to_string(block.input[0])];
    EXPECT_EQ(by_input["conv 224"], 2);  // stems
    EXPECT_EQ(by_input["conv 112"], 8);  // stage 1
    EXPECT_EQ(by_input["head 7"], 17);
    // Stage 2: 2 widths * 160 first blocks at 112, 4 * 40 further ones at 56 (480 in all), among the latter stage 3's 4
    // * 200 first.
    EXPECT_EQ(by_input["fused_irb 112"], 320);
    EXPECT_EQ(by_input["fused_irb 56"], 160 + 800);
    EXPECT_EQ(by_input["fused_irb 28"], 200);  // stage 3's further blocks
    EXPECT_EQ(by_input["irb 28"], 1400);
    EXPECT_EQ(by_input["irb 14"], 2000 + 360 + 3600);
    EXPECT_EQ(by_input["irb 7"], 3880 + 680);
}

TEST(StagedSegmentation, GpunetHas132990BlocksAtAllResolutions) {
    EXPECT_EQ(make_space("gpunet")->segmentation()->blocks.size(), 132'990U);
}

/// The blocks and shapes of the decoded network are those on the segmentation's path.
void expect_same_blocks(const SearchSpace& space, const Segmentation& segmentation, const Encoding& x) {
    const Description description = describe(space.decode(x));
    const std::vector<std::size_t> path = blocks_of(segmentation, x);
    ASSERT_EQ(path.size(), description.rows.size()) << to_text(x);
    for (std::size_t i = 0; i < path.size(); ++i) {
        EXPECT_EQ(segmentation.blocks[path[i]].key, description.rows[i].key);
        EXPECT_EQ(segmentation.blocks[path[i]].input, description.rows[i].input);
    }
}

TEST(StagedSegmentation, PathsAreTheDecodedNetworks) {
    for (const char* name :
         {"{name: gpunet, fix: {resolution: [224, 416]}}",
          "{name: gpunet, padding: as_built, profile: extended, fix: {resolution: 320}}", "gpunet_cifar", "smoke"}) {
        SCOPED_TRACE(name);
        const auto space = make_space(name);
        const Segmentation segmentation = *space->segmentation();
        Rng rng(1, Purpose::test);
        for (int i = 0; i < 30; ++i) expect_same_blocks(*space, segmentation, random_encoding(space->decisions(), rng));
    }
}

TEST(StagedSegmentation, EveryBlockOccursAndNoneIsMissing) {
    const auto space = make_space("smoke");
    const Segmentation segmentation = *space->segmentation();
    std::set<std::pair<std::string, std::string>> seen, listed;
    for (const BlockKey& block : segmentation.blocks) listed.emplace(block.key, to_string(block.input));
    for (const Encoding& x : all_encodings(space->decisions(), 10'000))
        for (const BlockRow& row : describe(space->decode(x)).rows) seen.emplace(row.key, to_string(row.input));
    EXPECT_EQ(listed, seen);
    EXPECT_EQ(listed.size(), segmentation.blocks.size());
}

TEST(StagedSegmentation, TiedWidthsFarApartFollowTheirSource) {
    const StagedSpace space = staged_space(R"(
name: tied
resolution: [8, 16]
stages:
  - {block: conv, filters: [4, 8], kernel: 3, activation: relu}
  - {block: irb, filters: [4, 12], kernel: 3, expansion: 2, activation: relu, layers: {from: 0, to: 2}}
  - {block: irb, filters: {same_as: 0}, kernel: 3, expansion: [2, 3], activation: relu, layers: {from: 1, to: 3}}
)");
    const Segmentation segmentation = *space.segmentation();
    for (const Encoding& x : all_encodings(space.decisions(), 10'000)) expect_same_blocks(space, segmentation, x);
}

TEST(StagedSegmentation, BlockNetworksAreThoseNamed) {
    const Segmentation s = *make_space("smoke")->segmentation();
    for (std::size_t i = 0; i < s.blocks.size(); ++i) {
        const Network network = s.network(i);
        ASSERT_EQ(network.blocks().size(), 1U);
        EXPECT_EQ(network.blocks()[0].key, s.blocks[i].key);
        EXPECT_EQ(network.input_shape(network.blocks()[0]), s.blocks[i].input);
    }
    EXPECT_THROW(s.network(s.blocks.size()), std::out_of_range);
}

TEST(StagedSegmentation, TablesThatWouldNotFitAreRefused) {
    const StagedSpace space = staged_space(R"(
name: huge
resolution: {from: 32, to: 231}
stages:
  - {block: conv, filters: {from: 1, to: 300}, kernel: 3, activation: relu}
  - {block: conv, filters: {from: 1, to: 300}, kernel: [3, 5, 7], activation: relu}
)");
    EXPECT_THROW(space.segmentation(), ConfigError);
}

}  // namespace
}  // namespace hpnas::test

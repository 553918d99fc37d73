#include <gtest/gtest.h>

#include "hpnas/space/staged_network.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

constexpr const char* yaml = R"(
name: t
resolution: [16, 32]
drop_path: 0.2
stages:
  - {block: conv, stride: 2, filters: 8, kernel: 3, activation: swish}
  - {label: 2, block: irb, filters: 8, kernel: 3, expansion: 2, activation: relu, layers: [1, 2]}
  - {label: 2, block: irb, filters: 16, kernel: 3, expansion: 2, activation: relu}
head: {filters: 24}
)";

StagedSpec spec() {
    std::string text = yaml;
    text.replace(text.find("layers: [1, 2]"), 14, "layers: 2");
    return staged_space(text).spec();
}

TEST(StagedNetwork, BlocksAreNamedByStageAndPosition) {
    const Network network = staged_network(spec(), {1}, {.classes = 10});
    std::vector<std::string> names;
    for (const Block& block : network.blocks()) names.push_back(block.name);
    // Two entries of one label are one stage.
    EXPECT_EQ(names, (std::vector<std::string>{"stages.0.blocks.0", "stages.2.blocks.0", "stages.2.blocks.1",
                                               "stages.2.blocks.2", "head"}));
    EXPECT_EQ(network.nodes()[1].name, "stages.0.blocks.0.conv1");
    EXPECT_EQ(network.nodes().back().name, "head.fc");
    EXPECT_EQ(network.input_shape(network.blocks()[1]), (Shape{16, 16, 8}));
}

TEST(StagedNetwork, DropPathGrowsLinearlyWithDepth) {
    const std::vector<PlacedBlock> blocks = staged_blocks(spec(), {0}, {.classes = 10});
    ASSERT_EQ(blocks.size(), 5U);
    for (std::size_t i = 0; i < 5; ++i)  // 0.2 * j / (N - 1) with N = 6 entries, the data being entry 0
        EXPECT_DOUBLE_EQ(blocks[i].spec.drop_path, 0.2 * static_cast<double>(i + 1) / 5);
}

TEST(StagedNetwork, InputIsTheChosenOrTheTasksResolution) {
    EXPECT_EQ(staged_input(spec(), {1}, {}), (Shape{32, 32, 3}));
    EXPECT_EQ(staged_input(spec(), {1}, {.classes = 1, .input_channels = 1, .resolution = 20}), (Shape{20, 20, 1}));
}

}  // namespace
}  // namespace hpnas::test

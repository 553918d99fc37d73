#include <gtest/gtest.h>

#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/staged_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

std::unique_ptr<SearchSpace> extended() { return make_space("{name: gpunet, profile: extended}"); }

const StagedSpace& staged(const SearchSpace& space) { return dynamic_cast<const StagedSpace&>(space); }

std::string message_of(const SearchSpace& space, const std::string& arch) {
    try {
        space.parse(arch);
    } catch (const EncodingError& error) {
        return error.what();
    }
    return "";
}

// Golden encodings: gpunet.md 1.3, from the published JSON files; parameter counts from the built models.
TEST(GpunetSpace, GoldenEncodingOfGpunet2) {
    const auto space = make_space("gpunet");
    const Encoding x = {5, 1, 0, 0, 2, 0, 1, 4, 1, 1, 0, 4, 0, 1, 0, 1, 2, 3, 0, 4, 0,
                        1, 5, 3, 1, 1, 0, 0, 4, 3, 0, 1, 1, 1, 7, 9, 1, 0, 0, 0, 7};
    EXPECT_EQ(space->decode(x).cost().parameters, 25'798'704);
    EXPECT_EQ(space->decode(x).cost().macs, 8'708'618'240);
    const std::string values =
        "v:384,32,3,relu,3,32,5,6,1,swish,1,112,3,3,0,swish,3,144,3,6,0,swish,6,160,5,3,0,relu,4,"
        "224,3,3,1,swish,8,832,5,2,0,relu,7";
    EXPECT_EQ(space->parse(values), x);
    EXPECT_EQ(space->format_values(x), values);
    EXPECT_EQ(make_space("{name: gpunet, padding: as_built}")->decode(x).cost().macs, 8'386'275'920);
    // The encoded and the written-out network are the same.
    EXPECT_EQ(space->decode(x).hash(), make_space("gpunet_networks")->decode({2}).hash());
}

TEST(GpunetSpace, GoldenEncodingOfGpunet1) {
    const auto space = extended();
    const std::string values =
        "v:288,24,3,relu,1,64,3,4,0,swish,2,96,3,4,0,swish,2,160,3,2,1,swish,1,288,3,5,0,relu,4,"
        "448,3,4,1,relu,4,-,-,-,-,-,0";
    const Encoding x = space->parse(values);
    EXPECT_EQ(space->decode(x).cost().parameters, 12'704'192);
    EXPECT_EQ(space->decode(x).cost().macs, 3'375'338'624);
    EXPECT_EQ(space->format_values(x), values);
    EXPECT_EQ(space->decode(x).hash(), make_space("gpunet_networks")->decode({1}).hash());
    EXPECT_THROW(make_space("gpunet")->parse(values), EncodingError);  // 288 filters are beyond table 1
}

TEST(GpunetSpace, GoldenEncodingOfGpunet0) {
    const auto space = extended();
    const Encoding x = space->parse(
        "v:320,32,3,relu,2,32,3,5,0,relu,2,64,3,5,0,relu,3,256,3,5,0,swish,3,-,-,-,-,-,0,"
        "704,3,5,1,relu,2,-,-,-,-,-,0");
    EXPECT_EQ(space->decode(x).cost().parameters, 11'885'432);
    EXPECT_EQ(space->decode(x).cost().macs, 3'308'916'480);
    EXPECT_EQ(space->decode(x).hash(), make_space("gpunet_networks")->decode({0}).hash());
    EXPECT_EQ(make_space("{name: gpunet, profile: extended, padding: as_built}")->decode(x).cost().macs, 3'254'209'280);
}

// gpunet.md 1.2: the 41 slots.
TEST(GpunetSpace, HasThe41SlotsOfThePaper) {
    const auto space = make_space("gpunet");
    const std::vector<std::uint32_t> expected = {10, 2,  2, 2, 4, 4, 2, 5,  2,  2, 8, 5, 2, 5,  2,  2, 8, 7, 2, 5, 2,
                                                 2,  10, 8, 2, 5, 2, 2, 16, 10, 2, 5, 2, 2, 15, 10, 2, 5, 2, 2, 16};
    EXPECT_EQ(radices(space->decisions()), expected);
    EXPECT_EQ(space->decisions()[0].name, "resolution");
    EXPECT_EQ(space->decisions()[1].name, "stage0.filters");
    EXPECT_EQ(space->decisions()[2].name, "stage1.kernel");
    EXPECT_EQ(space->decisions()[4].name, "stage1.layers");
    const char* const keys[] = {"filters", "kernel", "expansion", "se", "activation", "layers"};
    for (std::size_t stage = 2; stage < 8; ++stage)
        for (std::size_t i = 0; i < 6; ++i)  // base(s) = 5 + 6 * (s - 2)
            EXPECT_EQ(space->decisions()[5 + 6 * (stage - 2) + i].name,
                      "stage" + std::to_string(stage) + "." + keys[i]);
    EXPECT_FALSE(space->decisions()[9].ordered);
    EXPECT_TRUE(space->decisions()[10].ordered);
}

// gpunet.md 5.6.
TEST(GpunetSpace, CountsItsNetworksExactly) {
    const auto space = make_space("gpunet");
    EXPECT_EQ(space_size_text(space->decisions()), "360777252864000000000000");
    EXPECT_EQ(distinct_size_text(staged(*space)), "317208301928448000000000");
    EXPECT_EQ(staged(*space).distinct_per_stage(),
              (std::vector<std::uint64_t>{10, 2, 16, 1280, 1600, 2800, 4801, 6000, 6001}));
}

TEST(StagedSpace, DistinctSizeIsTheNumberOfCanonicalEncodings) {
    const auto space = make_space("smoke");
    std::set<Encoding> canonical;
    std::set<std::uint64_t> hashes;
    for (const Encoding& x : all_encodings(space->decisions(), 10'000)) {
        canonical.insert(space->canonical(x));
        hashes.insert(space->decode(x).hash());
    }
    EXPECT_EQ(std::to_string(canonical.size()), distinct_size_text(staged(*space)));
    EXPECT_EQ(hashes.size(), canonical.size());  // different canonical encodings are different networks
}

TEST(StagedSpace, EmptyStageIsSkippedAndItsSlotsAreZeroed) {
    const auto space = make_space("smoke");
    const std::size_t n = space->decisions().size();
    Encoding x(n, 1);
    x[n - 1] = 0;  // layers of the last stage
    Encoding expected = x;
    expected[n - 2] = expected[n - 3] = 0;  // its expansion and filters
    EXPECT_EQ(space->canonical(x), expected);
    EXPECT_EQ(space->decode(x).blocks().size(), 4U);  // three stages and the head
    EXPECT_EQ(space->decode(x).blocks()[2].name, "stages.2.blocks.0");
    EXPECT_EQ(space->decode(x).blocks()[3].name, "head");
}

TEST(StagedSpace, ValueNotationTakesNamesNumbersAndDontCares) {
    const auto space = make_space("smoke");  // resolution, filters, kernel, se, activation, filters, expansion, layers
    EXPECT_EQ(space->parse("v:12,8,5,1,swish,16,3,2"), (Encoding{1, 1, 1, 1, 1, 1, 1, 2}));
    EXPECT_EQ(space->parse("v: 12, 8 ,5,1,1,16,3.0,2"), (Encoding{1, 1, 1, 1, 1, 1, 1, 2}));
    EXPECT_EQ(space->parse("v:12,8,5,1,swish,-,-,0"), (Encoding{1, 1, 1, 1, 1, 0, 0, 0}));
    EXPECT_EQ(space->parse("1,1,1,1,1,1,1,2"), (Encoding{1, 1, 1, 1, 1, 1, 1, 2}));
}

TEST(StagedSpace, MistakesInAnArchitectureNameTheSlot) {
    const auto space = make_space("smoke");
    EXPECT_EQ(message_of(*space, "1,1,1"), "space smoke: expected 8 choices, got 3");
    EXPECT_EQ(message_of(*space, "v:8,4"), "space smoke: expected 8 values, got 2");
    EXPECT_EQ(message_of(*space, "1,1,2,1,1,1,1,2"),
              "space smoke: slot 2 (stage1.kernel): expected a choice in [0, 1] (for 3, 5), got 2");
    EXPECT_EQ(message_of(*space, "v:12,8,5,1,gelu,16,3,2"),
              "space smoke: slot 4 (stage2.activation): expected one of relu, swish, got 'gelu'");
    EXPECT_EQ(message_of(*space, "v:12,8,-,1,relu,16,3,2"),
              "space smoke: slot 2 (stage1.kernel): expected one of 3, 5, got '-'");
    EXPECT_NE(message_of(*space, "a,b"), "");
    EXPECT_NE(message_of(*space, ""), "");
}

TEST(StagedSpace, TaskResolutionReplacesTheChoices) {
    const auto space = make_space("smoke", {.classes = 10, .input_channels = 3, .resolution = 20});
    EXPECT_EQ(space->decisions()[0].values, std::vector<double>{20});
    const Network network = space->decode(Encoding(space->decisions().size(), 0));
    EXPECT_EQ(network.node(network.inputs()[0]).shape, (Shape{20, 20, 3}));
    EXPECT_THROW(make_space("gpunet", {.classes = 10, .input_channels = 3, .resolution = 16}), ConfigError);
}

// 8 * 1.3 and 8 * 1.6 both round to 16, 8 * 2 is 16: with one layer all three are the same network. A second layer has
// 24 channels: 31.2, 38.4 and 48 round to 32, 40 and 48.
TEST(StagedSpace, ExpansionsThatRoundAlikeAreOneNetwork) {
    const StagedSpace space = staged_space(R"(
name: alike
resolution: 8
stages:
  - {block: conv, filters: 8, kernel: 3, activation: relu}
  - {block: irb, filters: 24, kernel: 3, expansion: [1.3, 1.6, 2], activation: relu, layers: [1, 2]}
)");
    EXPECT_EQ(space.canonical({2, 0}), (Encoding{0, 0}));
    EXPECT_EQ(space.canonical({1, 0}), (Encoding{0, 0}));
    EXPECT_EQ(space.canonical({2, 1}), (Encoding{2, 1}));
    EXPECT_EQ(space.decode({2, 0}).hash(), space.decode({0, 0}).hash());
    EXPECT_NE(space.decode({2, 1}).hash(), space.decode({0, 1}).hash());
    EXPECT_EQ(space.format_values({1, 0}), "v:-,1");
    EXPECT_EQ(space.format_values({1, 1}), "v:1.6,2");
}

TEST(StagedSpace, ZeroSlotsGiveOneNetwork) {
    const StagedSpace space = staged_space(
        "name: one\nresolution: 8\nstages:\n"
        "  - {block: conv, filters: 4, kernel: 3, activation: relu}\n"
        "head: {filters: 8}\n",
        {.classes = 2});
    EXPECT_TRUE(space.decisions().empty());
    EXPECT_EQ(space.parse(""), Encoding{});
    EXPECT_EQ(distinct_size_text(space), "1");
    // conv 3*9*4 + bn 8, 1x1 4*8 + bn 16, fc 8*2 + 2
    EXPECT_EQ(space.decode({}).cost().parameters, 108 + 8 + 32 + 16 + 18);
}

}  // namespace
}  // namespace hpnas::test

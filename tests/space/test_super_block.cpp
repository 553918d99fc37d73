#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/super_block.hpp"

namespace hpnas::test {
namespace {

std::string parse_error(const std::string& text) {
    try {
        structure_from_text(text, 3);
    } catch (const EncodingError& error) {
        return error.what();
    }
    return {};
}

TEST(SuperBlock, TypesAreTheFieldsNames) {
    const auto types = super_block_types();
    ASSERT_EQ(types.size(), 4U + 3 + 3 + 12);
    EXPECT_EQ(types[1].name, "SuperConvK3BNRELU");
    EXPECT_EQ(types[5].name, "SuperResK5K5");
    EXPECT_EQ(types[9].name, "SuperResK1K7K1");
    EXPECT_EQ(types[17].name, "SuperResIDWE4K5");
    EXPECT_EQ(types[17].expansion, 4);
    EXPECT_EQ(types[17].kernel, 5);
}

TEST(SuperBlock, StructuresArePrintedAsTheyAreRead) {
    const std::string text =
        "SuperConvK3BNRELU(3,16,2,1)SuperResK5K5(16,24,1,40,2)SuperResIDWE4K7(24,48,2,32,3)SuperConvK1BNRELU(48,9,1,2)";
    const auto structure = structure_from_text(text, 3);
    ASSERT_EQ(structure.size(), 4U);
    EXPECT_EQ(structure[0], (SuperBlock{.type = 1, .out = 16, .stride = 2, .bottleneck = 0, .layers = 1}));
    EXPECT_EQ(structure[1], (SuperBlock{.type = 5, .out = 24, .stride = 1, .bottleneck = 40, .layers = 2}));
    EXPECT_EQ(structure[2], (SuperBlock{.type = 18, .out = 48, .stride = 2, .bottleneck = 32, .layers = 3}));
    EXPECT_EQ(to_text(structure, 3), text);
    EXPECT_EQ(structure_from_text("SuperConvK3BNRELU(stem|3,16,2,1) SuperResK5K5(a|16,24,1,40,2)\n", 3).size(), 2U);
}

TEST(SuperBlock, MalformedStringsNameTheSuperBlock) {
    const std::string stem = "SuperConvK3BNRELU(3,16,2,1)";
    EXPECT_EQ(parse_error(stem + "SuperResK5K5(24,24,1,40,2)"),
              "structure string: super-block 2: expected 16 input channels, got 24");
    EXPECT_EQ(parse_error(stem + "SuperResK5K5(16,24,1,2)"),
              "structure string: super-block 2: expected SuperResK5K5(in,out,stride,bottleneck,layers), got 4 numbers");
    EXPECT_EQ(parse_error(stem + "SuperResK3K5(16,24,1,8,2)"),
              "structure string: super-block 2: unknown type 'SuperResK3K5'; known: SuperConvK{1,3,5,7}BNRELU, "
              "SuperResK{3,5,7}K{3,5,7} (equal kernels), SuperResK1K{3,5,7}K1, SuperResIDWE{1,2,4,6}K{3,5,7}");
    EXPECT_EQ(parse_error("SuperConvK3BNRELU(3,16,2"),
              "structure string: super-block 1: expected NAME(NUMBERS), got 'SuperConvK3BNRELU(3,16,2'");
    for (const char* numbers : {"3,,1,1", "3,16,2,1,", "3,16,0,1", "3,16,-1,1", "3,16,x,1", "3;16,2,1", "3 ,16,2,1"})
        EXPECT_EQ(parse_error("SuperConvK3BNRELU(" + std::string(numbers) + ")"),
                  "structure string: super-block 1: expected integers from 1 to 1000000 between commas, got '" +
                      std::string(numbers) + "'");
    EXPECT_EQ(parse_error(""), "structure string: expected at least one super-block");
}

TEST(SuperBlock, OnlyTheFirstUnitStridesAndProjects) {
    const auto units = super_block_units({.type = 8, .out = 64, .stride = 2, .bottleneck = 16, .layers = 2}, true);
    ASSERT_EQ(units.size(), 4U);  // SuperResK1K5K1: two units per layer
    for (std::size_t i = 0; i < units.size(); ++i) {
        EXPECT_EQ(units[i].kind, UnitKind::bottleneck);
        EXPECT_EQ(units[i].kernel, 5);
        EXPECT_EQ(units[i].stride, i == 0 ? 2 : 1);
        EXPECT_EQ(units[i].project, i == 0);
        EXPECT_EQ(units[i].mid, 16);
        EXPECT_EQ(units[i].out, 64);
        EXPECT_EQ(units[i].se, 0);
    }
    EXPECT_EQ(super_block_units({.type = 4, .out = 8, .stride = 1, .bottleneck = 8, .layers = 3}, false).size(), 3U);
    EXPECT_FALSE(super_block_units({.type = 1, .out = 8, .stride = 2, .bottleneck = 0, .layers = 2}, false)[0].project);
}

TEST(SuperBlock, InvertedUnitsAlternateBetweenTheWidths) {
    // SuperResIDWE2K7 with inner widths 2 * 72 and 2 * 48, a quarter of it behind the means
    const auto units = super_block_units({.type = 15, .out = 48, .stride = 2, .bottleneck = 72, .layers = 2}, true);
    ASSERT_EQ(units.size(), 4U);
    for (std::size_t i = 0; i < units.size(); ++i) {
        EXPECT_EQ(units[i].out, i % 2 == 0 ? 72 : 48);
        EXPECT_EQ(units[i].mid, i % 2 == 0 ? 144 : 96);
        EXPECT_EQ(units[i].se, i % 2 == 0 ? 36 : 24);
        EXPECT_TRUE(units[i].project);
    }
    const auto equal = super_block_units({.type = 15, .out = 48, .stride = 1, .bottleneck = 48, .layers = 2}, false);
    EXPECT_TRUE(equal[0].project);
    for (const std::size_t i : {1, 2, 3}) EXPECT_FALSE(equal[i].project);
    // Multiples of 8, ties to the even one: 2 * 10 -> 16 (2.5 eights), 2 * 14 -> 32 (3.5 eights), 2 * 2 -> 8 at least.
    for (const auto& [out, mid] : {std::pair{10, 16}, {14, 32}, {2, 8}})
        EXPECT_EQ(
            super_block_units({.type = 15, .out = out, .stride = 1, .bottleneck = out, .layers = 1}, false)[0].mid,
            mid);
}

}  // namespace
}  // namespace hpnas::test

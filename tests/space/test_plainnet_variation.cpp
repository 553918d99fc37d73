#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hpnas/space/plainnet_variation.hpp"

namespace hpnas::test {
namespace {

const auto everything = [](const Structure&) { return true; };

Structure structure(const std::string& text) { return structure_from_text(text, 3); }
std::string text(const Structure& s) { return to_text(s, 3); }

std::int64_t total_stride(const Structure& s) {
    std::int64_t stride = 1;
    for (const SuperBlock& block : s) stride *= block.stride;
    return stride;
}

// Cited: the lists and sizes that DE-NAS's code gives for its master.
TEST(PlainNetVariation, StudentsAreThoseOfDeNas) {
    EXPECT_EQ(student_channels(8), (std::vector<std::int64_t>{16, 8}));
    EXPECT_EQ(student_channels(16), (std::vector<std::int64_t>{40, 32, 24, 16, 8}));
    EXPECT_EQ(student_channels(32), (std::vector<std::int64_t>{80, 64, 48, 40, 32, 24, 16}));
    EXPECT_EQ(student_channels(64), (std::vector<std::int64_t>{160, 128, 96, 80, 64, 48, 40, 32, 24}));
    EXPECT_EQ(student_channels(2048).front(), 2048);
    std::vector<std::size_t> sizes;
    for (const SuperBlock& block : denas_master()) sizes.push_back(students(block).size());
    EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 180, 630, 1134, 1134, student_channels(128).size()}));
}

TEST(PlainNetVariation, StudentsOfInvertedBlocksAreInverted) {
    const SuperBlock block = structure("SuperResIDWE2K3(3,16,2,8,1)")[0];
    const std::vector<SuperBlock> all = students(block);
    EXPECT_EQ(all.size(), 12U * 5 * 3 * 2);  // types, widths, layers, bottlenecks
    EXPECT_NE(std::find(all.begin(), all.end(), block), all.end());
    for (const SuperBlock& student : all) {
        EXPECT_EQ(super_block_types()[student.type].kind, UnitKind::inverted);
        EXPECT_EQ(student.stride, 2);
    }
}

TEST(PlainNetVariation, LongSuperBlocksAreSplitAndTheFirstPartKeepsTheStride) {
    EXPECT_EQ(text(with_splits(structure("SuperConvK3BNRELU(3,8,2,7)SuperResK3K3(8,16,2,8,5)"))),
              "SuperConvK3BNRELU(3,8,2,7)SuperResK3K3(8,16,2,8,5)");
    EXPECT_EQ(text(with_splits(structure("SuperResK5K5(3,16,2,8,6)SuperConvK1BNRELU(16,24,1,1)"))),
              "SuperResK5K5(3,16,2,8,3)SuperResK5K5(16,16,1,8,3)SuperConvK1BNRELU(16,24,1,1)");
    EXPECT_EQ(text(with_splits(structure("SuperResK5K5(3,16,2,8,10)"))),
              "SuperResK5K5(3,16,2,8,3)SuperResK5K5(16,16,1,8,3)SuperResK5K5(16,16,1,8,4)");
}

TEST(PlainNetVariation, AReplacementChangesAtMostThatManySuperBlocks) {
    Rng rng(1, Purpose::test);
    std::set<std::size_t> changed;
    for (int i = 0; i < 300; ++i) {
        const Structure result = with_replacements(denas_master(), 2, everything, rng);
        ASSERT_EQ(result.size(), denas_master().size());  // master + 2 layers: nothing to split
        EXPECT_EQ(total_stride(result), 8);
        std::size_t n_changed = 0;
        for (std::size_t b = 0; b < result.size(); ++b) {
            if (result[b] == denas_master()[b]) continue;
            ++n_changed;
            changed.insert(b);
            const auto possible = students(denas_master()[b]);
            EXPECT_NE(std::find(possible.begin(), possible.end(), result[b]), possible.end());
        }
        EXPECT_LE(n_changed, 2U);
    }
    EXPECT_EQ(changed.size(), denas_master().size());  // the last one as well
}

TEST(PlainNetVariation, ReplacementsStayInTheSpace) {
    Rng rng(2, Purpose::test);
    const auto narrow = [](const Structure& s) {
        return std::all_of(s.begin(), s.end(), [](const SuperBlock& block) { return block.out <= 128; });
    };
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(narrow(with_replacements(denas_master(), 6, narrow, rng)));
    const auto nothing = [](const Structure&) { return false; };
    EXPECT_EQ(with_replacements(denas_master(), 6, nothing, rng), denas_master());
}

TEST(PlainNetVariation, SplicedStructuresHaveAFrontAndABack) {
    Rng rng(3, Purpose::test);
    const Structure a = structure(
        "SuperConvK3BNRELU(3,8,1,1)SuperResK3K3(8,16,2,8,1)SuperResK3K3(16,24,2,8,1)"
        "SuperConvK1BNRELU(24,64,1,1)");
    const Structure b = structure("SuperConvK5BNRELU(3,16,2,1)SuperResK5K5(16,40,1,8,2)SuperResK5K5(40,48,2,8,2)");
    std::set<std::string> children;
    for (int i = 0; i < 200; ++i) {
        const auto child = spliced(a, b, everything, rng);
        ASSERT_TRUE(child);
        EXPECT_EQ(total_stride(*child), 4);
        const bool front_of_a = child->front() == a.front();
        EXPECT_EQ(child->front(), front_of_a ? a.front() : b.front());
        EXPECT_EQ(child->back(), front_of_a ? b.back() : a.back());
        children.insert(text(*child));
    }
    // By hand: a's prefixes of stride 2 end at 2, b's at 1 and 2 (stride 1 and 4: none), either parent in front.
    EXPECT_EQ(children.size(), 4U);
}

TEST(PlainNetVariation, ParentsWithoutACommonCutHaveNoChild) {
    Rng rng(4, Purpose::test);
    EXPECT_FALSE(spliced(structure("SuperConvK3BNRELU(3,8,2,1)"), denas_master(), everything, rng));
    EXPECT_FALSE(spliced(
        denas_master(), denas_master(), [](const Structure&) { return false; }, rng));
}

}  // namespace
}  // namespace hpnas::test

#include <gtest/gtest.h>

#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/layered_genes.hpp"

namespace hpnas::test {
namespace {

/// One to three layers of a ratio and a number of heads each, and a width.
LayeredGenes genes() {
    LayeredGenes result({"depth", {1, 2, 3}});
    result.add({"mlp", {3, 3.5, 4}, true, false});
    result.add({"heads", {2, 4, 6, 8}, true, false});
    result.add({"width", {64, 96}, false});
    return result;
}

std::string message(const std::string& tuple) {
    try {
        genes().parse_tuple(tuple);
    } catch (const EncodingError& error) {
        return error.what();
    }
    return {};
}

TEST(LayeredGenes, SlotsStandGeneByGene) {
    const LayeredGenes g = genes();
    std::vector<std::string> names;
    for (const Decision& decision : g.decisions()) names.push_back(decision.name);
    EXPECT_EQ(names, (std::vector<std::string>{"depth", "layer0.mlp", "layer1.mlp", "layer2.mlp", "layer0.heads",
                                               "layer1.heads", "layer2.heads", "width"}));
    const Encoding x{1, 0, 1, 2, 3, 2, 1, 1};
    EXPECT_EQ(g.depth(x), 2);
    EXPECT_EQ(g.value(x, 0, 1), 3.5);
    EXPECT_EQ(g.value(x, 1, 0), 8);
    EXPECT_EQ(g.value(x, 2), 96);
    EXPECT_EQ(g.choice(x, 1, 1), 2U);
}

TEST(LayeredGenes, GenesOfMissingLayersAreZero) {
    EXPECT_EQ(genes().canonical({1, 0, 1, 2, 3, 2, 1, 1}), (Encoding{1, 0, 1, 0, 3, 2, 0, 1}));
}

TEST(LayeredGenes, TuplesAreThoseOfDeNas) {
    const Encoding x{1, 0, 1, 0, 3, 2, 0, 1};
    EXPECT_EQ(genes().format_tuple(x), "(2,3,3.5,8,6,96)");
    EXPECT_EQ(genes().parse_tuple("(2,3,3.5,8,6,96)"), x);
    EXPECT_EQ(genes().parse_tuple("(2, 3.0, 3.5, 8, 6, 96)"), x);
}

TEST(LayeredGenes, BadTuplesAreExplained) {
    EXPECT_EQ(message("2,3"), "expected a tuple in parentheses, got '2,3'");
    EXPECT_EQ(message("(5,3)"), "depth: expected one of 1, 2, 3, got '5'");
    EXPECT_EQ(message("(1,3,5,64)"), "layer0.heads: expected one of 2, 4, 6, 8, got '5'");
    EXPECT_EQ(message("(2,3,3,2,2)"), "expected a tuple of 6 values for 2 layers, got 5");
    EXPECT_EQ(message("(1,3,2,64,64)"), "expected a tuple of 4 values for 1 layers, got 5");
    EXPECT_EQ(message("()"), "depth: expected one of 1, 2, 3, got ''");
}

TEST(LayeredGenes, MutationFollowsTheRates) {
    const LayeredGenes g = genes();
    const Encoding x = g.parse_tuple("(2,3,3.5,8,6,96)");
    Rng rng(1, Purpose::test);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(g.mutate(x, {.gene = 0, .structure = 0}, rng), x);
    int width_changed = 0, depth_changed = 0, mlp_changed = 0;
    constexpr int n = 6000;
    for (int i = 0; i < n; ++i) {
        const Encoding y = g.mutate(x, {.gene = 0.3, .structure = 0.6}, rng);
        EXPECT_EQ(g.canonical(y), y);
        depth_changed += y[0] != x[0] ? 1 : 0;
        mlp_changed += y[1] != x[1] ? 1 : 0;
        width_changed += y[7] != x[7] ? 1 : 0;
    }
    // Drawn again with the rate, and then another one of k choices with chance (k - 1) / k; five standard deviations
    // of a count out of 6000 are at most 0.033.
    EXPECT_NEAR(depth_changed / double{n}, 0.6 * 2 / 3, 0.033);
    EXPECT_NEAR(mlp_changed / double{n}, 0.3 * 2 / 3, 0.033);
    EXPECT_NEAR(width_changed / double{n}, 0.6 / 2, 0.033);
}

TEST(LayeredGenes, NewLayersAreDrawnAtRandom) {
    const LayeredGenes g = genes();
    const Encoding x = g.parse_tuple("(1,3,2,64)");
    Rng rng(1, Purpose::test);
    std::set<std::int16_t> heads_of_layer_2;
    for (int i = 0; i < 200; ++i) {
        const Encoding y = g.mutate(x, {.gene = 0, .structure = 1}, rng);
        if (g.depth(y) == 3) heads_of_layer_2.insert(y[6]);
        EXPECT_EQ(y[1], x[1]);
        EXPECT_EQ(y[4], x[4]);
    }
    EXPECT_EQ(heads_of_layer_2.size(), 4U);
}

TEST(LayeredGenes, CrossoverTakesLayersFromParentsThatHaveThem) {
    const LayeredGenes g = genes();
    const Encoding a = g.parse_tuple("(1,4,8,64)"), b = g.parse_tuple("(3,3,3.5,3.5,2,4,6,96)");
    Rng rng(1, Purpose::test);
    std::set<Encoding> children;
    for (int i = 0; i < 300; ++i) {
        const Encoding child = g.crossover(a, b, rng);
        EXPECT_EQ(g.canonical(child), child);
        for (const std::size_t slot : {0, 1, 4, 7}) EXPECT_TRUE(child[slot] == a[slot] || child[slot] == b[slot]);
        for (const std::size_t slot : {2, 3, 5, 6}) EXPECT_EQ(child[slot], g.depth(child) == 3 ? b[slot] : 0);
        children.insert(child);
    }
    EXPECT_EQ(children.size(), 16U);  // depth, two genes of the first layer and the width are free
    EXPECT_EQ(g.crossover(b, b, rng), b);
}

}  // namespace
}  // namespace hpnas::test

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/design.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

StrategyContext grid(std::uint64_t seed) {
    StrategyContext context;
    context.decisions = {toy::decision("a", 8), toy::decision("b", 8)};
    context.seed = seed;
    return context;
}

/// n encodings of a design, none repeated.
std::vector<Encoding> collect(Design& design, const StrategyContext& context, std::size_t n) {
    FeasibleRegion region(context);
    std::vector<Encoding> all;
    std::set<Encoding> seen;
    while (all.size() < n) {
        const auto x = design.next(region, [&](const Encoding& y) { return seen.contains(y); });
        if (!x) break;
        EXPECT_TRUE(seen.insert(*x).second);
        all.push_back(*x);
    }
    return all;
}

TEST(SobolDesign, SixteenPointsOfAnEightByEightGridFillEveryRowAndColumnTwice) {
    // The net property: 16 aligned points in 8 equal intervals of a dimension; no two share a cell, so none is
    // displaced.
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        const StrategyContext context = grid(seed);
        SobolDesign design(seed, 2);
        std::map<std::int16_t, int> rows, columns;
        for (const Encoding& x : collect(design, context, 16)) {
            ++rows[x[0]];
            ++columns[x[1]];
        }
        EXPECT_EQ(rows.size(), 8U);
        EXPECT_EQ(columns.size(), 8U);
        for (const auto& [choice, n] : rows) EXPECT_EQ(n, 2) << choice;
        for (const auto& [choice, n] : columns) EXPECT_EQ(n, 2) << choice;
    }
}

TEST(SobolDesign, TakesTheNearestPoolMember) {
    StrategyContext context = grid(1);
    context.pool = {{0, 0}, {7, 7}, {0, 7}, {7, 0}};
    SobolDesign design(1, 2);
    SobolSequence sequence(2, 1);
    std::vector<std::uint32_t> point(2);
    sequence.next(point);
    const std::vector<Encoding> all = collect(design, context, 10);
    ASSERT_EQ(all.size(), 4U);  // then the pool is used up
    const Encoding corner{static_cast<std::int16_t>(point[0] >> 31 == 1 ? 7 : 0),
                          static_cast<std::int16_t>(point[1] >> 31 == 1 ? 7 : 0)};
    EXPECT_EQ(all[0], corner);  // the corner of the first point's quadrant
}

TEST(SobolDesign, FollowsTheSequenceWhereNothingIsListed) {
    const StrategyContext context = toy::stages(4);
    SobolDesign design(4, context.decisions.size());
    SobolSequence sequence(context.decisions.size(), 4);
    std::vector<std::uint32_t> point(context.decisions.size());
    Encoding choices(point.size());
    for (const Encoding& x : collect(design, context, 20)) {
        sequence.next(point);
        to_choices(point, radices(context.decisions), choices);
        EXPECT_EQ(x, context.canonical(choices));
    }
}

TEST(SobolDesign, RefusesMoreSlotsThanSobolHasDimensions) { EXPECT_THROW(SobolDesign(1, 3668), ConfigError); }

TEST(RandomDesign, PermutesTheMembersUniformly) {
    StrategyContext context = grid(1);
    context.pool = {{0, 0}, {1, 1}, {2, 2}};
    std::map<std::vector<Encoding>, int> count;
    constexpr int rounds = 3000;
    for (std::uint64_t seed = 0; seed < rounds; ++seed) {
        RandomDesign design(seed);
        ++count[collect(design, context, 3)];
    }
    EXPECT_EQ(count.size(), 6U);
    for (const auto& [order, n] : count) EXPECT_NEAR(n, 500, 5 * 20.4);  // 5 sigma, sqrt(3000 * 1/6 * 5/6) = 20.4
}

TEST(RandomDesign, GivesUpWhereNothingIsFeasible) {
    StrategyContext context = toy::stages(1);
    context.feasible = [](const Encoding&) { return false; };
    RandomDesign design(1);
    EXPECT_TRUE(collect(design, context, 1).empty());
}

TEST(Design, IsMadeByName) {
    const StrategyContext context = grid(1);
    EXPECT_NE(make_design("sobol", context), nullptr);
    EXPECT_NE(make_design("random", context), nullptr);
    EXPECT_THROW(make_design("latin", context), InternalError);
}

TEST(RandomDesign, DrawsAsTheSpaceDoesUntilThatBringsNothingNew) {
    StrategyContext context = grid(1);
    context.sample = [](Rng& rng) { return Encoding{0, static_cast<std::int16_t>(rng.below(8))}; };  // one row of eight
    RandomDesign design(1);
    const std::vector<Encoding> all = collect(design, context, 100);
    ASSERT_EQ(all.size(), 64U);  // then through the list of all members
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(all[i][0], 0);
    context.pool = {{3, 3}, {4, 4}};
    RandomDesign pooled(1);
    EXPECT_EQ(collect(pooled, context, 100).size(), 2U);  // a pool is followed as it is
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/strategy/feasible_region.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

using Encodings = std::vector<Encoding>;

/// depth 0..2, act 0..3; depth 0 has no act.
StrategyContext tiny() {
    StrategyContext context;
    context.decisions = {toy::decision("depth", 3), toy::decision("act", 4, false)};
    context.canonical = [](const Encoding& x) { return x[0] == 0 ? Encoding{0, 0} : x; };
    return context;
}

TEST(FeasibleRegion, ListsASmallSpaceOnceAndCanonically) {
    StrategyContext context = tiny();
    context.feasible = [](const Encoding& x) { return x[1] < 2; };
    FeasibleRegion region(context);
    ASSERT_NE(region.members(), nullptr);
    EXPECT_EQ(*region.members(), (Encodings{{0, 0}, {1, 0}, {1, 1}, {2, 0}, {2, 1}}));
}

TEST(FeasibleRegion, LargeSpacesAreNotListed) {
    const StrategyContext context = toy::stages(1);
    EXPECT_EQ(FeasibleRegion(context).members(), nullptr);
}

TEST(FeasibleRegion, PoolIsFilteredAndCanonicalised) {
    StrategyContext context = tiny();
    context.pool = {{2, 3}, {0, 2}, {1, 1}, {0, 0}, {2, 3}};
    context.feasible = [](const Encoding& x) { return x != Encoding{1, 1}; };
    FeasibleRegion region(context);
    EXPECT_EQ(*region.members(), (Encodings{{2, 3}, {0, 0}}));
    EXPECT_EQ(region.admit({2, 0}), Encoding({2, 0}));  // outside the pool, but feasible
    EXPECT_EQ(region.admit({0, 3}), Encoding({0, 0}));
    EXPECT_EQ(region.admit({1, 1}), std::nullopt);
}

TEST(FeasibleRegion, PoolAloneIsClosed) {
    StrategyContext context = tiny();
    context.pool = {{2, 3}, {0, 2}};
    FeasibleRegion region(context);
    EXPECT_EQ(region.admit({2, 3}), Encoding({2, 3}));
    EXPECT_EQ(region.admit({0, 1}), Encoding({0, 0}));
    EXPECT_EQ(region.admit({2, 2}), std::nullopt);
}

TEST(FeasibleRegion, DrawKeepsToTheRegionAndGivesUp) {
    StrategyContext context = tiny();
    context.feasible = [](const Encoding& x) { return x[0] == 2; };
    FeasibleRegion region(context);
    Rng rng(1, Purpose::test);
    for (int i = 0; i < 50; ++i) {
        const auto x = region.draw(rng, 1000, [](const Encoding& y) { return y[1] != 3; });
        ASSERT_TRUE(x.has_value());  // probability of 1000 misses: (3 / 4)^1000
        EXPECT_TRUE((*x)[0] == 2 && (*x)[1] != 3);
    }
    EXPECT_EQ(region.draw(rng, 100, [](const Encoding&) { return false; }), std::nullopt);
}

TEST(FeasibleRegion, DrawsAndVariesAsTheSpaceDoesIfItSays) {
    StrategyContext context = tiny();
    context.canonical = nullptr;
    FeasibleRegion plain(context);
    Rng rng(1, Purpose::test);
    EXPECT_TRUE(is_valid(plain.sample(rng), context.decisions));
    EXPECT_NE(plain.mutate({1, 1}, {0.0, 0.0}, rng), Encoding({1, 1}));
    EXPECT_EQ(plain.cross({1, 1}, {1, 1}, rng), Encoding({1, 1}));
    context.sample = [](Rng&) { return Encoding{2, 3}; };
    context.mutate = [](const Encoding& x, const MutationRates&, Rng&) { return Encoding{x[0], 2}; };
    context.crossover = [](const Encoding& a, const Encoding& b, Rng&) { return Encoding{a[0], b[1]}; };
    FeasibleRegion region(context);
    EXPECT_EQ(region.sample(rng), Encoding({2, 3}));
    EXPECT_EQ(region.mutate({1, 1}, {}, rng), Encoding({1, 2}));
    EXPECT_EQ(region.cross({1, 1}, {2, 2}, rng), Encoding({1, 2}));
    EXPECT_EQ(region.draw(rng, 1, [](const Encoding&) { return true; }), Encoding({2, 3}));
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "hpnas/strategy/breeder.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

StrategyContext two_bits() {
    StrategyContext context;
    context.decisions = {toy::decision("a", 2), toy::decision("b", 2)};
    return context;
}

TEST(Breeder, GivesEveryMemberOnceAndThenNone) {
    const StrategyContext context = two_bits();
    Breeder breeder(context, {});
    std::set<Encoding> seen;
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(seen.insert(breeder.random()->encoding).second);
    EXPECT_FALSE(breeder.random());
    EXPECT_FALSE(breeder.mutant({7, {0, 0}, {}}));
}

TEST(Breeder, NamesTheParents) {
    StrategyContext context = toy::stages(1);
    context.canonical = nullptr;
    Breeder breeder(context, {});
    const Candidate a{3, Encoding(12, 0), {}}, b{5, Encoding(12, 1), {}};
    EXPECT_EQ(breeder.mutant(a)->parents, std::vector<std::int64_t>{3});
    EXPECT_EQ(breeder.child(a, b, false)->parents, (std::vector<std::int64_t>{3, 5}));
    EXPECT_TRUE(breeder.random()->parents.empty());
}

TEST(Breeder, RefusesWhatIsInfeasibleOrKnown) {
    StrategyContext context = two_bits();
    context.feasible = [](const Encoding& x) { return x != Encoding{1, 1}; };
    Breeder breeder(context, {0.0, 0.0});  // a mutant differs in one slot
    std::set<Encoding> given;
    for (int i = 0; i < 100; ++i)
        if (const auto mutant = breeder.mutant({0, {0, 1}, {}})) given.insert(mutant->encoding);
    EXPECT_EQ(given, (std::set<Encoding>{{0, 0}}));  // the other neighbour, (1, 1), is infeasible
    EXPECT_FALSE(breeder.child({0, {0, 0}, {}}, {1, {0, 0}, {}}, false));
}

TEST(Breeder, UsesTheSpacesOwnOperators) {
    StrategyContext context = toy::stages(1);
    context.canonical = nullptr;
    std::int16_t n = 0;
    context.sample = [&](Rng&) {
        Encoding x(12, 0);
        x[0] = n++;
        return x;
    };
    context.mutate = [](const Encoding& x, const MutationRates& rates, Rng&) {
        Encoding y = x;
        y[1] = rates.structure > 0.5 ? 5 : 4;
        return y;
    };
    context.crossover = [](const Encoding& a, const Encoding& b, Rng&) {
        Encoding x = a;
        x[5] = b[5];
        return x;
    };
    Breeder breeder(context, {0.1, 0.6});
    EXPECT_EQ(breeder.random()->encoding[0], 0);
    EXPECT_EQ(breeder.random()->encoding[0], 1);
    const Candidate zeros{0, Encoding(12, 0), {}}, ones{1, Encoding(12, 1), {}};
    Encoding expected(12, 0);
    expected[5] = 1;
    EXPECT_EQ(breeder.child(zeros, ones, false)->encoding, expected);
    expected[1] = 5;
    EXPECT_EQ(breeder.child(zeros, ones, true)->encoding, expected);
}

TEST(Tournament, LargerOnesFavourTheBetter) {
    const auto lower = [](std::size_t a, std::size_t b) { return a < b; };
    Rng rng(1, Purpose::test);
    std::map<std::size_t, int> wins;
    constexpr int rounds = 20000;
    for (int i = 0; i < rounds; ++i) ++wins[tournament(4, 2, rng, lower)];
    // The lower of two of {0, 1, 2, 3}: 7, 5, 3, 1 sixteenths; 4 standard deviations are 4 * sqrt(0.25 / 20000).
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_NEAR(wins[i] / static_cast<double>(rounds), static_cast<double>(7 - 2 * i) / 16, 0.0142);
    EXPECT_EQ(tournament(1, 5, rng, lower), 0U);
}

}  // namespace
}  // namespace hpnas

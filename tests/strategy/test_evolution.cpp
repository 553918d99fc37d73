#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/evolution.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

using toy::make;

double value(const Candidate& candidate) {
    double sum = 0;
    for (const std::int16_t choice : candidate.encoding) sum += choice;
    return sum;
}

/// Asks n candidates and tells the sum of their choices.
std::vector<Candidate> step(Strategy& strategy, std::size_t n) {
    const std::vector<Candidate> asked = strategy.ask(n);
    for (const Candidate& candidate : asked) strategy.tell(std::vector{toy::ok(candidate, value(candidate))});
    return asked;
}

TEST(Evolution, GenerationsAreRandomThenMutantsAndCrossoversOfThePool) {
    const auto strategy =
        make("{name: evolution, population: 8, pool: 3, mutations: 4, crossovers: 2}", toy::stages(5));
    std::vector<Candidate> first = step(*strategy, 8);
    ASSERT_EQ(first.size(), 8U);
    for (const Candidate& candidate : first) EXPECT_TRUE(candidate.parents.empty());
    std::stable_sort(first.begin(), first.end(), [](const auto& a, const auto& b) { return value(a) < value(b); });
    const std::set<std::int64_t> pool{first[0].id, first[1].id, first[2].id};
    const std::vector<Candidate> second = step(*strategy, 6);
    ASSERT_EQ(second.size(), 6U);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_EQ(second[i].parents.size(), i < 4 ? 1U : 2U);
        for (const std::int64_t parent : second[i].parents) EXPECT_TRUE(pool.contains(parent)) << i;
    }
}

TEST(Evolution, ImmigrantsMayBeParentsAtOnceAsInDeNas) {
    const auto strategy =
        make("{name: evolution, population: 4, pool: 4, mutations: 2, crossovers: 0, immigrants: 3}", toy::stages(5));
    std::vector<Candidate> all = step(*strategy, 4);
    for (const Candidate& child : step(*strategy, 3)) EXPECT_TRUE(child.parents.empty());
    for (const Candidate& child : step(*strategy, 2)) EXPECT_EQ(child.parents.size(), 1U);
    for (const Candidate& child : step(*strategy, 3)) EXPECT_TRUE(child.parents.empty());
}

TEST(Evolution, WaitsForItsQuorumOnly) {
    const auto strategy = make("{name: evolution, population: 8, pool: 4, quorum: 0.75}", toy::stages(5));
    const std::vector<Candidate> first = strategy->ask(100);
    ASSERT_EQ(first.size(), 8U);
    for (std::size_t i = 0; i < 5; ++i) {
        strategy->tell(std::vector{toy::ok(first[i], 1.0)});
        EXPECT_TRUE(strategy->ask(1).empty());
    }
    EXPECT_FALSE(strategy->exhausted());
    strategy->tell(std::vector{toy::ok(first[5], 1.0)});
    EXPECT_EQ(strategy->ask(1).size(), 1U);
}

TEST(Evolution, GenerationThatFailedIsFollowedByARandomOne) {
    const auto strategy = make("{name: evolution, population: 4, mutations: 3, crossovers: 2}", toy::stages(5));
    for (const Candidate& candidate : strategy->ask(4)) strategy->tell(std::vector{toy::failed(candidate)});
    for (const Candidate& candidate : strategy->ask(5)) EXPECT_TRUE(candidate.parents.empty());
}

TEST(Evolution, PoolOfOneStillFindsAllOfATinySpace) {
    StrategyContext context;
    context.decisions = {toy::decision("a", 3), toy::decision("b", 3)};
    const auto strategy =
        make("{name: evolution, population: 1, pool: 1, mutations: 1, crossovers: 1, tries: 5}", context);
    std::size_t n = 0;
    while (!strategy->exhausted()) n += step(*strategy, 2).size();
    EXPECT_EQ(n, 9U);
}

TEST(Evolution, TournamentsPreferTheBetterParents) {
    const auto mean_place = [](const std::string& parents) {
        const auto strategy =
            make("{name: evolution, population: 20, pool: 20, mutations: 400, crossovers: 0, " + parents + "}",
                 toy::stages(5));
        std::vector<Candidate> first = step(*strategy, 20);
        std::stable_sort(first.begin(), first.end(), [](const auto& a, const auto& b) { return value(a) < value(b); });
        double sum = 0;
        const std::vector<Candidate> children = step(*strategy, 400);
        for (const Candidate& child : children)
            sum += static_cast<double>(
                std::find_if(first.begin(), first.end(), [&](const auto& c) { return c.id == child.parents[0]; }) -
                first.begin());
        return sum / static_cast<double>(children.size());
    };
    // Expected place of a uniform draw from 0..19: 9.5; of the best of five: about 2.8. Deviations of a mean of 400:
    // below 0.3.
    EXPECT_NEAR(mean_place("parents: uniform"), 9.5, 1.2);
    EXPECT_LT(mean_place("parents: tournament, tournament: 5"), 4.0);
}

TEST(Evolution, LearnsFromTheChosenObjective) {
    StrategyContext context = toy::stages(3);
    context.n_objectives = 2;
    const auto strategy = make("{name: evolution, population: 10, pool: 3, objective: 1}", context);
    double last = 0;
    for (int generation = 0; generation < 12; ++generation) {
        last = 0;
        const std::vector<Candidate> asked = strategy->ask(10);
        for (const Candidate& candidate : asked) {
            Evaluation result = toy::ok(candidate, -value(candidate));
            result.objectives.push_back(value(candidate));
            strategy->tell(std::span(&result, 1));
            last += value(candidate) / static_cast<double>(asked.size());
        }
    }
    EXPECT_LT(last, 6.0);  // random networks of this space have 16.5 in the mean
    EXPECT_THROW(make("{name: evolution, objective: 2}", context), ConfigError);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hpnas/strategy/candidate_source.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

StrategyContext grid() {
    StrategyContext context;
    context.decisions = {toy::decision("a", 5), toy::decision("b", 5), toy::decision("c", 3, false)};
    return context;
}

bool none(const Encoding&) { return false; }

std::set<Encoding> encodings(const std::vector<Candidate>& candidates) {
    std::set<Encoding> result;
    for (const Candidate& candidate : candidates) EXPECT_TRUE(result.insert(candidate.encoding).second);
    return result;
}

TEST(CandidateSource, OffersAllNeighboursOfTheEliteWithTheirParent) {
    const StrategyContext context = grid();
    FeasibleRegion region(context);
    Rng rng(1, Purpose::test);
    CandidateSource source(region, none, rng);
    const std::vector<Candidate> elite{{7, {0, 2, 1}, {}}};
    const std::vector<Candidate> offered = source.gather(elite, {0, 0, 0});
    EXPECT_EQ(encodings(offered), (std::set<Encoding>{{1, 2, 1}, {0, 1, 1}, {0, 3, 1}, {0, 2, 0}, {0, 2, 2}}));
    for (const Candidate& candidate : offered) EXPECT_EQ(candidate.parents, std::vector<std::int64_t>{7});
}

TEST(CandidateSource, OffersEachFreeMemberOnce) {
    const StrategyContext context = grid();
    FeasibleRegion region(context);
    Rng rng(1, Purpose::test);
    CandidateSource source(
        region, [](const Encoding& x) { return x[0] == 4; }, rng);
    EXPECT_EQ(encodings(source.gather({}, {1000, 0, 0})).size(), 60U);  // 4 * 5 * 3 are free
    EXPECT_TRUE(source.gather({}, {1000, 0, 0}).empty());
    CandidateSource other(region, none, rng);
    EXPECT_EQ(encodings(other.gather({}, {20, 0, 0})).size(), 20U);
}

TEST(CandidateSource, CrossoversMixTwoParentsAndMutantsChangeAFewSlots) {
    StrategyContext context = toy::stages(1);
    context.canonical = nullptr;
    FeasibleRegion region(context);
    Rng rng(1, Purpose::test);
    const std::vector<Candidate> elite{{3, Encoding(12, 0), {}}, {5, Encoding(12, 1), {}}};
    std::size_t crossovers = 0, mutants = 0;
    CandidateSource source(region, none, rng);
    for (const Candidate& candidate : source.gather(elite, {0, 50, 50})) {
        const auto ones = std::count(candidate.encoding.begin(), candidate.encoding.end(), 1);
        const auto zeros = std::count(candidate.encoding.begin(), candidate.encoding.end(), 0);
        if (candidate.parents.size() == 2) {
            EXPECT_EQ(ones + zeros, 12);
            ++crossovers;
        } else {
            EXPECT_GE(std::max(ones, zeros), 8);  // at most four slots differ from one parent
            ++mutants;
        }
    }
    EXPECT_GT(crossovers, 40U);  // of 50, a few coincide with others
    EXPECT_GT(mutants, 40U);
}

TEST(CandidateSource, KeepsToAnUnlistedRegion) {
    StrategyContext context = toy::stages(1);
    context.feasible = [](const Encoding& x) { return toy::latency_ms(x) < 15; };
    FeasibleRegion region(context);
    Rng rng(1, Purpose::test);
    CandidateSource source(region, none, rng);
    const std::vector<Candidate> elite{{0, Encoding(12, 1), {}}};
    const std::vector<Candidate> offered = source.gather(elite, {100, 0, 20});
    EXPECT_GT(encodings(offered).size(), 100U);
    for (const Candidate& candidate : offered) {
        EXPECT_LT(toy::latency_ms(candidate.encoding), 15);
        EXPECT_EQ(context.canonical(candidate.encoding), candidate.encoding);
    }
    const std::vector<Candidate> more = source.around(std::span(offered).first(3));
    EXPECT_FALSE(more.empty());
    for (const Candidate& candidate : more) EXPECT_FALSE(encodings(offered).contains(candidate.encoding));
}

}  // namespace
}  // namespace hpnas

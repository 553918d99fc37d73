// What every registered strategy promises.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <numeric>
#include <set>

#include "strategy/toy.hpp"

namespace hpnas {
namespace {

using toy::make;

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& entry : strategies().entries()) result.push_back(entry.name);
    return result;
}

class StrategyContract : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Every, StrategyContract, ::testing::ValuesIn(names()));

/// A latency window as feasibility, and as pool members of that window.
StrategyContext bucket(std::uint64_t seed, std::size_t pool_size) {
    StrategyContext context = toy::stages(seed);
    context.latency_ms = toy::latency_ms;
    context.feasible = [](const Encoding& x) { return toy::latency_ms(x) >= 10.0 && toy::latency_ms(x) < 20.0; };
    Rng rng(seed, Purpose::test);
    while (context.pool.size() < pool_size) {
        const Encoding x = context.canonical(random_encoding(context.decisions, rng));
        if (context.feasible(x)) context.pool.push_back(x);
    }
    return context;
}

/// Asks in batches of `batch`, tells the separable toy; every fifth candidate fails. Returns all proposals in order.
std::vector<Candidate> run(Strategy& strategy, const StrategyContext& context, std::size_t budget, std::size_t batch) {
    std::vector<Candidate> all;
    while (all.size() < budget) {
        const std::vector<Candidate> asked = strategy.ask(std::min(batch, budget - all.size()));
        if (asked.empty()) break;
        std::vector<Evaluation> results;
        for (const Candidate& candidate : asked)
            results.push_back(candidate.id % 5 == 4
                                  ? toy::failed(candidate)
                                  : toy::ok(candidate, toy::separable(candidate.encoding, context.decisions)));
        strategy.tell(results);
        all.insert(all.end(), asked.begin(), asked.end());
    }
    return all;
}

void expect_lawful(const std::vector<Candidate>& all, const StrategyContext& context) {
    std::set<Encoding> seen;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Encoding& x = all[i].encoding;
        EXPECT_EQ(all[i].id, static_cast<std::int64_t>(i));
        ASSERT_TRUE(is_valid(x, context.decisions));
        EXPECT_EQ(context.canonical(x), x);
        EXPECT_TRUE(!context.feasible || context.feasible(x));
        EXPECT_TRUE(seen.insert(x).second) << "repeated " << to_text(x);
    }
}

TEST_P(StrategyContract, ProposesValidCanonicalFeasibleAndNewEncodings) {
    for (const std::size_t pool : {std::size_t{0}, std::size_t{50}}) {
        const StrategyContext context = bucket(3, pool);
        const auto strategy = make(GetParam(), context);
        const std::vector<Candidate> all = run(*strategy, context, 40, 4);
        EXPECT_EQ(all.size(), 40U);
        expect_lawful(all, context);
    }
}

TEST_P(StrategyContract, ChoosesOnlyPoolMembersIfThatIsAllItKnows) {
    StrategyContext context = bucket(4, 45);
    context.feasible = nullptr;
    const auto strategy = make(GetParam(), context);
    for (const Candidate& candidate : run(*strategy, context, 30, 3))
        EXPECT_NE(std::find(context.pool.begin(), context.pool.end(), candidate.encoding), context.pool.end());
}

TEST_P(StrategyContract, SurvivesFailedAndNonFiniteResults) {
    const StrategyContext context = bucket(5, 0);
    const auto strategy = make(GetParam(), context);
    std::vector<Candidate> all;
    for (int round = 0; round < 12; ++round)
        for (const Candidate& candidate : strategy->ask(3)) {
            Evaluation nan = toy::ok(candidate, std::numeric_limits<double>::quiet_NaN());
            Evaluation infeasible = toy::failed(candidate);
            infeasible.status = EvalStatus::infeasible;
            const std::vector<Evaluation> kinds{toy::failed(candidate), infeasible, nan};
            strategy->tell(std::span(&kinds[static_cast<std::size_t>(candidate.id % 3)], 1));
            all.push_back(candidate);
        }
    EXPECT_EQ(all.size(), 36U);
    expect_lawful(all, context);
}

TEST_P(StrategyContract, SurvivesConstantAndHugeObjectives) {
    const StrategyContext context = bucket(6, 0);
    const auto strategy = make(GetParam(), context);
    std::size_t n = 0;
    for (int round = 0; round < 12; ++round)
        for (const Candidate& candidate : strategy->ask(3)) {
            const Evaluation result = toy::ok(candidate, candidate.id < 20 ? 2.5 : 1e300);
            strategy->tell(std::span(&result, 1));
            ++n;
        }
    EXPECT_EQ(n, 36U);
}

TEST_P(StrategyContract, ReplayOfTheSameTellsAsksTheSame) {
    const StrategyContext context = bucket(7, 60);
    const auto first = make(GetParam(), context);
    const auto second = make(GetParam(), context);
    const std::vector<Candidate> a = run(*first, context, 36, 4);
    const std::vector<Candidate> b = run(*second, context, 36, 4);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a[i].encoding, b[i].encoding);
        EXPECT_EQ(a[i].parents, b[i].parents);
    }
}

TEST_P(StrategyContract, AnotherSeedAsksOtherThings) {
    StrategyContext context = bucket(8, 60);
    const auto first = make(GetParam(), context);
    context.seed = 9;
    const auto second = make(GetParam(), context);
    EXPECT_NE(first->ask(1)[0].encoding, second->ask(1)[0].encoding);
}

TEST_P(StrategyContract, KeepsManyCandidatesInFlight) {
    const StrategyContext context = bucket(9, 0);
    const auto strategy = make(GetParam(), context);
    std::deque<Candidate> flying;
    std::vector<Candidate> all;
    for (int step = 0; step < 45; ++step) {  // asynchronous: one comes back, one goes out, seven fly; latest first
        for (const Candidate& candidate : strategy->ask(step == 0 ? 7 : 1)) {
            flying.push_back(candidate);
            all.push_back(candidate);
        }
        ASSERT_EQ(flying.size(), 7U);
        EXPECT_EQ(strategy->in_flight(), 7U);
        const Evaluation result = toy::ok(flying.back(), toy::separable(flying.back().encoding, context.decisions));
        flying.pop_back();
        strategy->tell(std::span(&result, 1));
    }
    expect_lawful(all, context);
}

TEST_P(StrategyContract, ExhaustsATinySpaceAndSaysSo) {
    StrategyContext context;
    context.decisions = {toy::decision("depth", 3), toy::decision("act", 4, false)};
    context.canonical = [](const Encoding& x) {
        return x[0] == 0 ? Encoding{0, 0} : x;
    };  // 1 + 2 * 4 distinct networks
    const auto strategy = make(GetParam(), context);
    EXPECT_FALSE(strategy->exhausted());
    std::vector<Candidate> all = run(*strategy, context, 7, 7);
    ASSERT_EQ(all.size(), 7U);
    const std::vector<Candidate> rest = strategy->ask(5);
    EXPECT_EQ(rest.size(), 2U);
    all.insert(all.end(), rest.begin(), rest.end());
    expect_lawful(all, context);
    for (const Candidate& candidate : rest) strategy->tell(std::vector{toy::ok(candidate, 1.0)});
    EXPECT_TRUE(strategy->ask(1).empty());
    EXPECT_TRUE(strategy->exhausted());
}

TEST_P(StrategyContract, NothingFeasibleIsExhaustedAtOnce) {
    StrategyContext context;
    context.decisions = {toy::decision("depth", 3)};
    context.feasible = [](const Encoding&) { return false; };
    const auto strategy = make(GetParam(), context);
    EXPECT_TRUE(strategy->ask(4).empty());
    EXPECT_TRUE(strategy->exhausted());
}

double mean_best(const std::string& name, std::size_t budget) {
    double sum = 0;
    constexpr int seeds = 10;
    for (int seed = 0; seed < seeds; ++seed) {
        const StrategyContext context = toy::stages(static_cast<std::uint64_t>(100 + seed));
        const auto strategy = make(name, context);
        double best = std::numeric_limits<double>::infinity();
        for (const Candidate& candidate : run(*strategy, context, budget, 4))
            if (candidate.id % 5 != 4) best = std::min(best, toy::separable(candidate.encoding, context.decisions));
        sum += best / seeds;
    }
    return sum;
}

TEST_P(StrategyContract, IsNotWorseThanRandomOnASeparableObjective) {
    // Best of 48 random samples: mean over ten seeds. Their spread over seeds is about 0.06, so a mean of ten
    // strategies that know nothing stays within 3 * 0.06 * sqrt(2 / 10) = 0.08 of it.
    EXPECT_LE(mean_best(GetParam(), 48), mean_best("random", 48) + 0.08);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/strategy.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

/// Proposes what it is given, and notes what it observes.
struct Puppet final : Strategy {
    using Strategy::Strategy;
    std::vector<Encoding> script;
    std::vector<Evaluation> observed;

private:
    std::vector<Candidate> propose(std::size_t) override {
        std::vector<Candidate> result;
        for (const Encoding& x : script) result.push_back({-1, x, {}});
        return result;
    }
    void observe(const Candidate&, const Evaluation& result) override { observed.push_back(result); }
};

StrategyContext two_slots() {
    StrategyContext context;
    context.decisions = {toy::decision("a", 3), toy::decision("b", 2)};
    return context;
}

TEST(Strategy, NumbersProposalsConsecutively) {
    Puppet puppet(two_slots());
    puppet.script = {{0, 0}, {1, 0}};
    const auto first = puppet.ask(2);
    puppet.script = {{2, 1}};
    EXPECT_EQ(first[0].id, 0);
    EXPECT_EQ(first[1].id, 1);
    EXPECT_EQ(puppet.ask(5)[0].id, 2);
    EXPECT_EQ(puppet.in_flight(), 3U);
}

TEST(Strategy, RefusesUnlawfulProposals) {
    StrategyContext context = two_slots();
    context.canonical = [](const Encoding& x) { return x[0] == 0 ? Encoding{0, 0} : x; };
    context.feasible = [](const Encoding& x) { return x[0] < 2; };
    Puppet puppet(context);
    puppet.script = {{0, 1}};
    EXPECT_THROW(puppet.ask(1), InternalError);  // not canonical
    puppet.script = {{2, 1}};
    EXPECT_THROW(puppet.ask(1), InternalError);  // infeasible
    puppet.script = {{3, 1}};
    EXPECT_THROW(puppet.ask(1), EncodingError);  // out of range
    puppet.script = {{1, 1}, {1, 0}};
    EXPECT_THROW(puppet.ask(1), InternalError);  // more than asked
    puppet.script = {{1, 1}, {1, 1}};
    EXPECT_THROW(puppet.ask(2), InternalError);  // twice
}

TEST(Strategy, RefusesResultsThatWereNotAskedOrAreToldTwice) {
    Puppet puppet(two_slots());
    puppet.script = {{0, 0}, {1, 1}};
    const auto asked = puppet.ask(2);
    const std::vector<Evaluation> first{toy::ok(asked[1], 1.0)};
    puppet.tell(first);
    EXPECT_THROW(puppet.tell(first), InternalError);
    Evaluation stranger = first[0];
    stranger.candidate = 7;
    EXPECT_THROW(puppet.tell(std::vector{stranger}), InternalError);
    Evaluation empty = toy::ok(asked[0], 1.0);
    empty.objectives.clear();
    EXPECT_THROW(puppet.tell(std::vector{empty}), InternalError);
    EXPECT_EQ(puppet.observed.size(), 1U);
    EXPECT_EQ(puppet.in_flight(), 1U);
}

TEST(Strategy, TellsNonFiniteObjectivesAsFailed) {
    Puppet puppet(two_slots());
    puppet.script = {{0, 0}};
    Evaluation result = toy::ok(puppet.ask(1)[0], 1.0);
    result.objectives.push_back(std::numeric_limits<double>::infinity());
    puppet.tell(std::vector{result});
    ASSERT_EQ(puppet.observed.size(), 1U);
    EXPECT_EQ(puppet.observed[0].status, EvalStatus::failed);
    EXPECT_TRUE(puppet.observed[0].objectives.empty());
}

TEST(Strategy, ChecksItsContext) {
    EXPECT_THROW(Puppet(StrategyContext{}), ConfigError);
    StrategyContext context = two_slots();
    context.pool = {{0, 0}, {0, 5}};
    EXPECT_THROW(Puppet{context}, EncodingError);
    context = two_slots();
    context.decisions[0].values.clear();
    EXPECT_THROW(Puppet{context}, ConfigError);
}

}  // namespace
}  // namespace hpnas

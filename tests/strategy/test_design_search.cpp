#include <gtest/gtest.h>

#include <set>

#include "hpnas/strategy/design_search.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

TEST(DesignSearch, AsksTheSameWhateverTheBatchSize) {
    for (const char* name : {"random", "sobol"}) {
        const auto one = toy::make(name, toy::stages(2));
        const auto many = toy::make(name, toy::stages(2));
        const std::vector<Candidate> batch = many->ask(12);
        for (std::size_t i = 0; i < 12; ++i) EXPECT_EQ(one->ask(1)[0].encoding, batch[i].encoding);
    }
}

TEST(DesignSearch, SkipsWhatIsInfeasible) {
    StrategyContext context = toy::stages(2);
    context.feasible = [](const Encoding& x) { return toy::latency_ms(x) < 5.0; };
    for (const char* name : {"random", "sobol"})
        for (const Candidate& candidate : toy::make(name, context)->ask(30))
            EXPECT_LT(toy::latency_ms(candidate.encoding), 5.0);
}

TEST(DesignSearch, UsesUpThePool) {
    StrategyContext context = toy::stages(2);
    const Encoding a(12, 1), b(12, 0);
    context.pool = {a, b, a};
    for (const char* name : {"random", "sobol"}) {
        const auto strategy = toy::make(name, context);
        const std::vector<Candidate> asked = strategy->ask(5);
        ASSERT_EQ(asked.size(), 2U);
        EXPECT_EQ((std::set<Encoding>{asked[0].encoding, asked[1].encoding}), (std::set<Encoding>{a, b}));
        EXPECT_TRUE(strategy->exhausted());
    }
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/regularized_evolution.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

using toy::make;

TEST(RegularizedEvolution, BeginsAtRandomAndGoesOnWithMutantsOfOneSlot) {
    StrategyContext context = toy::stages(2);
    context.canonical = nullptr;
    const auto strategy = make("{name: regularized, population: 6}", context);
    std::vector<Candidate> all;
    for (int i = 0; i < 20; ++i) {
        all.push_back(strategy->ask(1).at(0));
        strategy->tell(std::vector{toy::ok(all.back(), toy::separable(all.back().encoding, context.decisions))});
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        ASSERT_EQ(all[i].parents.size(), i < 6 ? 0U : 1U);
        if (i < 6) continue;
        const Encoding& parent = all[static_cast<std::size_t>(all[i].parents[0])].encoding;
        int changed = 0;
        for (std::size_t slot = 0; slot < parent.size(); ++slot) changed += parent[slot] != all[i].encoding[slot];
        EXPECT_EQ(changed, 1);
    }
}

TEST(RegularizedEvolution, TheOldestDiesHoweverGoodItIs) {
    const auto strategy = make("{name: regularized, population: 5, tournament: 50}", toy::stages(2));
    for (int i = 0; i < 60; ++i) {
        const Candidate candidate = strategy->ask(1).at(0);
        // The first is the best ever, later ones are the better the older: tournaments of 50 always find the best of 5.
        if (i >= 5) {
            EXPECT_EQ(candidate.parents.at(0), candidate.id - 5);
        }
        strategy->tell(std::vector{toy::ok(candidate, static_cast<double>(i))});
    }
}

TEST(RegularizedEvolution, NeverWaitsForResults) {
    const auto strategy = make("{name: regularized, population: 4}", toy::stages(2));
    EXPECT_EQ(strategy->ask(30).size(), 30U);
}

TEST(RegularizedEvolution, RefusesAnObjectiveThatIsNotThere) {
    EXPECT_THROW(make("{name: regularized, objective: 1}", toy::stages(2)), ConfigError);
}

}  // namespace
}  // namespace hpnas

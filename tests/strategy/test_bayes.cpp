#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/bayes.hpp"
#include "strategy/toy.hpp"

namespace hpnas {
namespace {

double best_after(const std::string& yaml, const StrategyContext& context, std::size_t budget, double noise) {
    const auto strategy = toy::make(yaml, context);
    Rng rng(context.seed, Purpose::test, 3);
    double best = std::numeric_limits<double>::infinity();
    for (std::size_t n = 0; n < budget;)
        for (const Candidate& candidate : strategy->ask(std::min<std::size_t>(4, budget - n))) {
            const double value = toy::separable(candidate.encoding, context.decisions);
            best = std::min(best, value);
            strategy->tell(std::vector{toy::ok(candidate, value + noise * rng.normal())});
            ++n;
        }
    return best;
}

TEST(Bayes, FindsTheBottomOfASeparableValleyInAHundredNoisySamples) {
    // 5.8e6 encodings. The minimum is the sum over ordered slots of the squared distance of the target to the nearest
    // choice.
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        StrategyContext context = toy::stages(seed);
        context.canonical = nullptr;
        double minimum = 0;
        for (std::size_t slot = 0; slot < context.decisions.size(); ++slot) {
            double lowest = std::numeric_limits<double>::infinity();
            Encoding x(context.decisions.size(), 0);
            const double others = toy::separable(x, context.decisions);
            x[slot] = 0;
            for (std::size_t c = 0; c < context.decisions[slot].values.size(); ++c) {
                x[slot] = static_cast<std::int16_t>(c);
                lowest = std::min(lowest, toy::separable(x, context.decisions) - others);
            }
            minimum += lowest;
        }
        minimum += toy::separable(Encoding(context.decisions.size(), 0), context.decisions);
        const double found = best_after("{name: bayes, initial: 10}", context, 100, 0.02) - minimum;
        const double random = best_after("random", context, 100, 0.02) - minimum;
        EXPECT_LT(found, 0.05);  // one kernel slot of the six wrong costs 0.0 to 0.4, one step of a width about 0.02
        EXPECT_LT(found, 0.2 * random);
    }
}

TEST(Bayes, InitialCandidatesAreTheDesigns) {
    const auto sobol = toy::make("sobol", toy::stages(3));
    const auto bayes = toy::make("{name: bayes, initial: 8}", toy::stages(3));
    const std::vector<Candidate> expected = sobol->ask(8);
    const std::vector<Candidate> asked = bayes->ask(8);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(asked[i].encoding, expected[i].encoding);
    const auto shuffled = toy::make("{name: bayes, initial: 8, design: random}", toy::stages(3));
    EXPECT_EQ(shuffled->ask(1)[0].encoding, toy::make("random", toy::stages(3))->ask(1)[0].encoding);
}

TEST(Bayes, WithoutResultsGoesOnSpreading) {
    const auto bayes = toy::make("{name: bayes, initial: 4}", toy::stages(3));
    EXPECT_EQ(bayes->ask(30).size(), 30U);
}

TEST(Bayes, ChildrenNameTheirParents) {
    const StrategyContext context = toy::stages(5);
    const auto bayes = toy::make("{name: bayes, initial: 6, members: 1}", context);
    std::size_t with_parents = 0;
    for (int round = 0; round < 10; ++round)
        for (const Candidate& candidate : bayes->ask(2)) {
            for (const std::int64_t parent : candidate.parents) EXPECT_LT(parent, candidate.id);
            with_parents += candidate.parents.empty() ? 0 : 1;
            bayes->tell(std::vector{toy::ok(candidate, toy::separable(candidate.encoding, context.decisions))});
        }
    EXPECT_GE(with_parents, 10U);  // 14 were proposed by the model, which had one random member to choose each time
}

TEST(Bayes, EveryLiarSpreadsABatch) {
    for (const char* liar : {"believer", "min", "mean", "max"}) {
        const StrategyContext context = toy::stages(6);
        const auto bayes = toy::make(std::string("{name: bayes, initial: 10, liar: ") + liar + "}", context);
        for (const Candidate& candidate : bayes->ask(10))
            bayes->tell(std::vector{toy::ok(candidate, toy::separable(candidate.encoding, context.decisions))});
        std::set<Encoding> distinct;
        for (int i = 0; i < 3; ++i)
            for (const Candidate& candidate : bayes->ask(4)) distinct.insert(candidate.encoding);
        EXPECT_EQ(distinct.size(), 12U) << liar;
    }
}

TEST(Bayes, CandidatesInFlightCountLikeThoseOfTheSameBatch) {
    // The space is scored whole (12^2 encodings), and nothing is told in between: that a candidate was asked by an
    // earlier call must make no difference. A model that does not lie about those in flight takes the next best peak.
    for (const char* liar : {"believer", "min", "mean", "max"}) {
        const auto make = [&] {
            StrategyContext context;
            context.decisions = {toy::decision("a", 12), toy::decision("b", 12)};
            context.seed = 9;
            auto bayes = toy::make(std::string("{name: bayes, initial: 8, liar: ") + liar + "}", context);
            for (const Candidate& candidate : bayes->ask(8))
                bayes->tell(std::vector{toy::ok(candidate, toy::separable(candidate.encoding, context.decisions))});
            return bayes;
        };
        std::vector<Encoding> together, one_by_one;
        for (const Candidate& candidate : make()->ask(5)) together.push_back(candidate.encoding);
        const auto bayes = make();
        for (int i = 0; i < 5; ++i) one_by_one.push_back(bayes->ask(1).at(0).encoding);
        EXPECT_EQ(one_by_one, together) << liar;
    }
}

TEST(Bayes, MinimisesTheChosenObjective) {
    const auto run = [](const char* yaml) {
        StrategyContext context = toy::stages(7);
        context.n_objectives = 2;
        const auto bayes = toy::make(yaml, context);
        double depth = 0;
        for (int round = 0; round < 10; ++round)
            for (const Candidate& candidate : bayes->ask(4)) {
                const double total = candidate.encoding[0] + candidate.encoding[4] + candidate.encoding[8];
                Evaluation result = toy::ok(candidate, total);
                result.objectives.push_back(-total);
                bayes->tell(std::vector{result});
                if (round >= 8) depth += total / 8;
            }
        return depth;
    };
    EXPECT_LT(run("{name: bayes, initial: 8}"), 3);                // of 0..12, minimised
    EXPECT_GT(run("{name: bayes, initial: 8, objective: 1}"), 9);  // maximised
}

TEST(Bayes, RefusesAnObjectiveThatIsNotThere) {
    EXPECT_THROW(toy::make("{name: bayes, objective: 1}", toy::stages(7)), ConfigError);
}

/// A transformer's slots: depth 12 to 16, width, and for each of 16 layers a ratio and a number of heads, all
/// categorical; the genes of layers beyond the depth have no effect.
StrategyContext transformer(std::uint64_t seed) {
    StrategyContext context;
    context.seed = seed;
    context.decisions = {toy::decision("depth", 5, false), toy::decision("width", 12, false)};
    for (int layer = 0; layer < 16; ++layer)
        context.decisions.push_back(toy::decision("ratio" + std::to_string(layer), 3, false));
    for (int layer = 0; layer < 16; ++layer)
        context.decisions.push_back(toy::decision("heads" + std::to_string(layer), 7, false));
    context.canonical = [](const Encoding& x) {
        Encoding y = x;
        for (std::size_t layer = 12 + static_cast<std::size_t>(x[0]); layer < 16; ++layer)
            y[2 + layer] = y[18 + layer] = 0;
        return y;
    };
    context.sample = [decisions = context.decisions, canonical = context.canonical](Rng& rng) {
        return canonical(random_encoding(decisions, rng));
    };
    return context;
}

/// Wrong choices, the width counting most; a layer more costs less than a wrong one.
double transformer_loss(const Encoding& x) {
    const std::size_t depth = 12 + static_cast<std::size_t>(x[0]);
    double loss = (x[1] == 7 ? 0.0 : x[1] == 8 ? 2.0 : 6.0) + 0.4 * static_cast<double>(16 - depth);
    for (std::size_t layer = 0; layer < depth; ++layer)
        loss += (x[2 + layer] == 1 ? 0.0 : 0.2) + (x[18 + layer] == 4 ? 0.0 : 0.3);
    return loss;
}

double best_transformer(const std::string& name, std::uint64_t seed) {
    const StrategyContext context = transformer(seed);
    const auto strategy = toy::make(name, context);
    double best = 1e9;
    for (int round = 0; round < 15; ++round)
        for (const Candidate& candidate : strategy->ask(4)) {
            EXPECT_EQ(context.canonical(candidate.encoding), candidate.encoding);
            best = std::min(best, transformer_loss(candidate.encoding));
            strategy->tell(std::vector{toy::ok(candidate, transformer_loss(candidate.encoding))});
        }
    return best;
}

TEST(Bayes, LearnsLargeConditionalCategoricalSpaces) {
    // The best of 60 random networks has a loss near 5; the width alone is worth 6.
    for (const std::uint64_t seed : {1U, 2U, 3U})
        EXPECT_LT(best_transformer("bayes", seed), best_transformer("random", seed) - 0.5) << seed;
}

TEST(Bayes, LeavesABadRegionThatOnlyFails) {
    // Everything with depth a >= 2 fails, and the objective would reward it.
    const StrategyContext context = toy::stages(8);
    const auto bayes = toy::make("{name: bayes, initial: 12}", context);
    int failures = 0;
    for (int round = 0; round < 15; ++round)
        for (const Candidate& candidate : bayes->ask(4)) {
            const bool bad = candidate.encoding[0] >= 2;
            if (round >= 10) failures += bad ? 1 : 0;
            bayes->tell(std::vector{bad ? toy::failed(candidate) : toy::ok(candidate, -candidate.encoding[0])});
        }
    EXPECT_LE(failures, 6);  // of 20; a random search would have 12
}

TEST(Bayes, UnknownOptionsAreReported) {
    Diagnostics diagnostics;
    EXPECT_EQ(strategies().make(parse_yaml("{name: bayes, lair: min}", "t"), "strategy", diagnostics, toy::stages(1)),
              nullptr);
    EXPECT_EQ(diagnostics.lines().size(), 1U);
}

}  // namespace
}  // namespace hpnas

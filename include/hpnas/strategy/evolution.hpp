#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/strategy/breeder.hpp"
#include "hpnas/strategy/generation.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

struct EvolutionOptions {
    std::int64_t population = 20;
    std::int64_t pool = 5;
    std::int64_t mutations = 10;
    std::int64_t crossovers = 10;
    std::int64_t immigrants = 0;
    MutationRates rates{0.1, 0.2};
    std::int64_t tries = 50;
    std::string parents = "uniform";
    std::int64_t tournament = 3;
    std::int64_t objective = 0;
    double quorum = 0.5;

    void visit(OptionVisitor& v);
};

/// DE-NAS's evolution: a pool of the best so far; every generation makes mutants and crossovers of it, and immigrants.
/// Minimises one objective. A generation's parents are the pool as it was when the generation began. What cannot be
/// made within its tries is left out; a generation that would be empty gets one random candidate, so that a search goes
/// on until the region is used up.
/// Source: Intel e2eAIOK DE-NAS (its loop after Guo et al., SPOS, ECCV 2020, and Chen et al., AutoFormer, ICCV 2021).
class Evolution final : public Strategy {
public:
    /// @throws ConfigError if the problem has no objective of that index
    Evolution(EvolutionOptions options, StrategyContext context);
    bool exhausted() const noexcept override { return exhausted_; }

private:
    enum class Kind { random, mutant, crossover };
    /// What the present generation has yet to make.
    struct Quota {
        Kind kind;
        std::size_t wanted;
        std::size_t draws;  ///< left
    };

    std::vector<Candidate> propose(std::size_t n) override;
    void observe(const Candidate& asked, const Evaluation& result) override;

    void begin_generation();
    void plan(Kind kind, std::int64_t wanted);
    std::optional<Candidate> next();
    std::optional<Candidate> draw(Quota& quota);
    const Candidate& parent();
    const Candidate& other_parent(const Candidate& first);

    EvolutionOptions options_;
    Breeder breeder_;
    Generation generation_;
    std::deque<Quota> plan_;
    std::vector<Individual> pool_;     // ascending objective, earlier results first among equals
    std::vector<Individual> parents_;  // of this generation
    bool immigration_due_ = false;
    bool exhausted_ = false;
};

}  // namespace hpnas

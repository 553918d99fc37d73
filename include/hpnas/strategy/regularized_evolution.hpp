#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "hpnas/strategy/breeder.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

struct RegularizedEvolutionOptions {
    std::int64_t population = 20;
    std::int64_t tournament = 10;
    MutationRates rates{0.0, 0.2};
    std::int64_t tries = 50;
    std::int64_t objective = 0;

    void visit(OptionVisitor& v);
};

/// Ageing evolution: a queue of the latest results; each new candidate is a mutant of the best of a few random members,
/// and each result makes the oldest member leave, however good it is. No generations, hence never a reason to wait:
/// what is in flight is not a parent yet. Minimises one objective. Unlike the source, no network is proposed twice.
/// Source: Real et al., AAAI 2019, algorithm 1.
class RegularizedEvolution final : public Strategy {
public:
    /// @throws ConfigError if the problem has no objective of that index
    RegularizedEvolution(RegularizedEvolutionOptions options, StrategyContext context);
    bool exhausted() const noexcept override { return exhausted_; }

private:
    std::vector<Candidate> propose(std::size_t n) override;
    void observe(const Candidate& asked, const Evaluation& result) override;
    std::optional<Candidate> next();
    std::optional<Candidate> mutant();

    RegularizedEvolutionOptions options_;
    Breeder breeder_;
    std::deque<Individual> members_;  // oldest first
    std::int64_t n_proposed_ = 0;
    bool exhausted_ = false;
};

}  // namespace hpnas

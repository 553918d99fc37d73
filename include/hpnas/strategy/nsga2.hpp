#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "hpnas/strategy/breeder.hpp"
#include "hpnas/strategy/generation.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

struct Nsga2Options {
    std::int64_t population = 20;
    double crossover = 0.9;
    MutationRates rates{0.05, 0.2};
    std::int64_t tries = 50;
    double quorum = 0.5;

    void visit(OptionVisitor& v);
};

/// A member of a population with what binary tournaments compare.
struct RankedIndividual {
    Individual individual;
    std::size_t layer = 0;  ///< of the non-dominated sort; 0 is the Pareto front
    double loneliness = 0;  ///< crowding distance within the layer
    /// In an earlier layer, or lonelier in the same one.
    bool better_than(const RankedIndividual& other) const noexcept {
        return layer != other.layer ? layer < other.layer : loneliness > other.loneliness;
    }
};

/// The best `size` of a population: whole layers as long as they fit, the loneliest of the layer that does not. In the
/// order of layers, then of `all`.
std::vector<RankedIndividual> environmental_selection(std::vector<Individual> all, std::size_t size);

/// NSGA-II: approximates the Pareto front of any number of objectives. As many children per generation as the
/// population has members, each of two winners of binary tournaments; parents and children compete for survival.
/// Candidates that fail take no part. No network is proposed twice, so that a late generation may be small.
/// Source: Deb et al., IEEE Trans. Evol. Comput. 6 (2002) 182-197.
class Nsga2 final : public Strategy {
public:
    Nsga2(Nsga2Options options, StrategyContext context);
    bool exhausted() const noexcept override { return exhausted_; }

private:
    std::vector<Candidate> propose(std::size_t n) override;
    void observe(const Candidate& asked, const Evaluation& result) override;

    void begin_generation();
    std::optional<Candidate> next();
    std::optional<Candidate> child();
    const Candidate& parent();

    Nsga2Options options_;
    Breeder breeder_;
    Generation generation_;
    std::int64_t wanted_ = 0;  // candidates that the generation has yet to make
    std::int64_t draws_ = 0;   // left to make them
    std::vector<RankedIndividual> survivors_;
    std::vector<Individual> arrived_;  // since the last selection
    bool exhausted_ = false;
};

}  // namespace hpnas

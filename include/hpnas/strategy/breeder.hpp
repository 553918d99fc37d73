#pragma once
#include <optional>
#include <unordered_set>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/strategy/design.hpp"
#include "hpnas/strategy/feasible_region.hpp"

namespace hpnas {

/// An evaluated candidate.
struct Individual {
    Candidate candidate;
    std::vector<double> objectives;  ///< minimised
};

/// Keys of mutation that population-based strategies share; DE-NAS's names.
void visit_rates(OptionVisitor& v, MutationRates& rates);

/// Makes the candidates of population-based strategies: draws, mutates and recombines as the space does, and gives only
/// encodings that lie in the region and that it never gave before. Keeps a reference to the context; its random numbers
/// are its own, so equal calls give equal candidates.
class Breeder {
public:
    Breeder(const StrategyContext& context, const MutationRates& rates);

    /// As RandomDesign: nullopt means that the region is used up (or that nothing was found in it), for good.
    std::optional<Candidate> random();
    /// One draw each; nullopt: what came out lies outside or was given before.
    std::optional<Candidate> mutant(const Candidate& parent);
    /// @param mutated  mutate the recombination too
    std::optional<Candidate> child(const Candidate& a, const Candidate& b, bool mutated);

    Rng& rng() noexcept { return rng_; }

private:
    std::optional<Candidate> admit(const Encoding& x, std::vector<std::int64_t> parents);

    FeasibleRegion region_;
    RandomDesign design_;
    MutationRates rates_;
    Rng rng_;
    std::unordered_set<Encoding, EncodingHash> given_;
    bool used_up_ = false;
};

/// The first of `size` draws (with replacement) for which no other draw is better; `better(i, j)` compares indices
/// below n >= 1.
template <class Better>
std::size_t tournament(std::size_t n, std::size_t size, Rng& rng, const Better& better) {
    std::size_t best = rng.below(n);
    for (std::size_t i = 1; i < size; ++i) {
        const std::size_t other = rng.below(n);
        if (better(other, best)) best = other;
    }
    return best;
}

}  // namespace hpnas

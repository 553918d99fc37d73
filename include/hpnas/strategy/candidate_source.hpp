#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <unordered_set>
#include <vector>

#include "hpnas/strategy/feasible_region.hpp"

namespace hpnas {

/// How many encodings of each kind are offered to an acquisition function.
struct SourceOptions {
    std::size_t members = 2000;    ///< random members of the region; as the space draws if it is not listed
    std::size_t crossovers = 200;  ///< tried; of two elite parents, as the space recombines
    std::size_t mutants = 200;     ///< tried; an elite parent with two to four slots changed
};

/// Collects encodings of a region that are not taken, each once: where a model then looks for its next proposal.
class CandidateSource {
public:
    using Taken = std::function<bool(const Encoding&)>;
    CandidateSource(FeasibleRegion& region, Taken taken, Rng& rng)
        : region_(&region), taken_(std::move(taken)), rng_(&rng) {}

    /// Random members, and around the elite (told candidates, best first): all neighbours, crossovers and mutants.
    /// Parents are set.
    std::vector<Candidate> gather(std::span<const Candidate> elite, const SourceOptions& options);
    /// The neighbours of candidates that were not collected before; they inherit the parents.
    std::vector<Candidate> around(std::span<const Candidate> centres);

private:
    void add(const Encoding& x, const std::vector<std::int64_t>& parents, std::vector<Candidate>& out);
    void add_members(std::size_t n, std::vector<Candidate>& out);
    void add_crossovers(std::span<const Candidate> elite, std::size_t n, std::vector<Candidate>& out);
    void add_mutants(std::span<const Candidate> elite, std::size_t n, std::vector<Candidate>& out);

    FeasibleRegion* region_;
    Taken taken_;
    Rng* rng_;
    std::unordered_set<Encoding, EncodingHash> seen_;
};

}  // namespace hpnas

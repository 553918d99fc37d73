#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/search/variation.hpp"

namespace hpnas {

/// What every strategy knows of its problem. The functions must be pure and cheap (microseconds): they are called for
/// every encoding that is considered, not only for those that are proposed.
struct StrategyContext {
    std::vector<Decision> decisions;
    std::uint64_t seed = 0;
    std::function<Encoding(const Encoding&)> canonical;  ///< empty: every encoding is its own representative
    std::function<bool(const Encoding&)> feasible;       ///< e.g. table latency within the bucket; empty: everything is
    std::vector<Encoding> pool;  ///< members to choose from (a latency bucket); empty: the whole space
    std::function<double(const Encoding&)> latency_ms;  ///< known without evaluation; empty: unknown
    /// How the space draws, mutates and recombines; empty: uniform draws, mutate_slots, cross_slots.
    std::function<Encoding(Rng&)> sample{};
    std::function<Encoding(const Encoding&, const MutationRates&, Rng&)> mutate{};
    std::function<Encoding(const Encoding&, const Encoding&, Rng&)> crossover{};
    std::size_t n_objectives = 1;  ///< that ok results have at least; minimised
};

/// A search strategy behind ask/tell. Knows decisions and numbers; never sees a network, a rank or a file.
/// Given the same seed and the same sequence of ask and tell calls, it asks the same things: a run is resumed by
/// repeating them. Every proposal is canonical, feasible and new. Not thread-safe.
class Strategy {
public:
    /// @throws EncodingError if a pool member does not belong to the decisions; ConfigError if there are no decisions.
    explicit Strategy(StrategyContext context);
    virtual ~Strategy() = default;
    Strategy(const Strategy&) = delete;
    Strategy& operator=(const Strategy&) = delete;

    /// Up to n candidates; their ids continue 0, 1, 2, ... Fewer than n means: tell me more first, or exhausted().
    std::vector<Candidate> ask(std::size_t n);

    /// Results of asked candidates, in any order, failed and infeasible ones included. An ok result whose objectives
    /// are not all finite counts as failed.
    /// @throws InternalError if a candidate was never asked or is told a second time, or an ok result has fewer
    ///         objectives than the context says; then the results before it are told and those from it on are not.
    void tell(std::span<const Evaluation> results);

    /// No later ask() will return a candidate, whatever is told.
    virtual bool exhausted() const noexcept { return false; }

    /// Candidates asked and not yet told.
    std::size_t in_flight() const noexcept { return asked_.size(); }

protected:
    const StrategyContext& context() const noexcept { return context_; }
    /// The representative that is proposed for x.
    Encoding canonical(const Encoding& x) const { return context_.canonical ? context_.canonical(x) : x; }
    bool feasible(const Encoding& x) const { return !context_.feasible || context_.feasible(x); }
    /// @throws ConfigError unless the problem has an objective of this index
    void check_objective(std::int64_t index) const;
    /// True once x (canonical) was returned by ask.
    bool proposed(const Encoding& x) const { return proposed_.contains(x); }

private:
    /// At most n candidates with encoding and parents; ids are assigned by ask. Encodings must be canonical, feasible,
    /// and different from each other and from all proposed before (checked by ask).
    virtual std::vector<Candidate> propose(std::size_t n) = 0;
    /// Called once per result; objectives are finite if the status is ok and absent otherwise.
    virtual void observe(const Candidate& asked, const Evaluation& result) = 0;

    void check_proposal(const Candidate& candidate) const;

    StrategyContext context_;
    std::int64_t next_id_ = 0;
    std::unordered_map<std::int64_t, Candidate> asked_;
    std::unordered_set<Encoding, EncodingHash> proposed_;
};

}  // namespace hpnas

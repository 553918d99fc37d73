#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <unordered_set>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/strategy/strategy.hpp"

namespace hpnas {

/// Where a strategy may propose: the canonical, feasible encodings of its context. With a pool and no feasibility test
/// the pool is all there is. Keeps a reference to the context.
class FeasibleRegion {
public:
    /// Spaces with no more encodings than this are listed completely.
    static constexpr std::size_t listed_limit = 65536;

    explicit FeasibleRegion(const StrategyContext& context) : context_(&context) {}

    /// The pool, or else every encoding of a small space: canonical, feasible, each once. nullptr: too many to list.
    /// The first call makes the list.
    const std::vector<Encoding>* members();

    /// The canonical form of x if it lies in the region.
    std::optional<Encoding> admit(const Encoding& x);

    /// As the space draws, mutates and recombines, or else uniformly and slot by slot. The results need not lie in the
    /// region: admit them.
    Encoding sample(Rng& rng) const;
    Encoding mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const;
    Encoding cross(const Encoding& a, const Encoding& b, Rng& rng) const;

    /// The first sample in the region for which `fresh` holds; nullopt after `tries` misses.
    std::optional<Encoding> draw(Rng& rng, std::size_t tries, const std::function<bool(const Encoding&)>& fresh);

    const StrategyContext& context() const noexcept { return *context_; }

private:
    void list();

    const StrategyContext* context_;
    bool listed_ = false;
    std::optional<std::vector<Encoding>> members_;
    std::unordered_set<Encoding, EncodingHash> pool_only_;  // filled if the pool is all there is
};

}  // namespace hpnas

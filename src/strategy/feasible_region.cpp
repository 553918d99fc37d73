#include "hpnas/strategy/feasible_region.hpp"

#include <utility>

namespace hpnas {

void FeasibleRegion::list() {
    if (std::exchange(listed_, true)) return;
    const bool small = space_size(context_->decisions) <= static_cast<long double>(listed_limit);
    if (context_->pool.empty() && !small) return;
    std::unordered_set<Encoding, EncodingHash> seen;
    members_.emplace();
    for (const Encoding& x :
         context_->pool.empty() ? all_encodings(context_->decisions, listed_limit) : context_->pool) {
        Encoding member = context_->canonical ? context_->canonical(x) : x;
        if (context_->feasible && !context_->feasible(member)) continue;
        if (seen.insert(member).second) members_->push_back(std::move(member));
    }
    if (!context_->pool.empty() && !context_->feasible) pool_only_ = std::move(seen);
}

const std::vector<Encoding>* FeasibleRegion::members() {
    list();
    return members_ ? &*members_ : nullptr;
}

std::optional<Encoding> FeasibleRegion::admit(const Encoding& x) {
    list();
    Encoding member = context_->canonical ? context_->canonical(x) : x;
    const bool pool_only = !context_->pool.empty() && !context_->feasible;
    if (pool_only ? !pool_only_.contains(member) : context_->feasible && !context_->feasible(member))
        return std::nullopt;
    return member;
}

Encoding FeasibleRegion::sample(Rng& rng) const {
    return context_->sample ? context_->sample(rng) : random_encoding(context_->decisions, rng);
}

Encoding FeasibleRegion::mutate(const Encoding& x, const MutationRates& rates, Rng& rng) const {
    return context_->mutate ? context_->mutate(x, rates, rng) : mutate_slots(x, context_->decisions, rates, rng);
}

Encoding FeasibleRegion::cross(const Encoding& a, const Encoding& b, Rng& rng) const {
    return context_->crossover ? context_->crossover(a, b, rng) : cross_slots(a, b, rng);
}

std::optional<Encoding> FeasibleRegion::draw(Rng& rng, std::size_t tries,
                                             const std::function<bool(const Encoding&)>& fresh) {
    for (std::size_t i = 0; i < tries; ++i) {
        std::optional<Encoding> x = admit(sample(rng));
        if (x && fresh(*x)) return x;
    }
    return std::nullopt;
}

}  // namespace hpnas

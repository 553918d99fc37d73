#include "hpnas/search/variation.hpp"

namespace hpnas {

Encoding mutate_slots(const Encoding& x, std::span<const Decision> decisions, const MutationRates& rates, Rng& rng) {
    Encoding result = x;
    const std::uint64_t certain = rng.below(x.size());
    for (std::size_t slot = 0; slot < x.size(); ++slot) {
        const bool drawn = rng.uniform() < rates.gene || slot == certain;
        const std::uint64_t n = decisions[slot].values.size();
        if (!drawn || n < 2) continue;
        const auto step = static_cast<std::int64_t>(1 + rng.below(n - 1));
        result[slot] = static_cast<std::int16_t>((x[slot] + step) % static_cast<std::int64_t>(n));
    }
    return result;
}

Encoding cross_slots(const Encoding& a, const Encoding& b, Rng& rng) {
    Encoding child = a;
    for (std::size_t slot = 0; slot < child.size(); ++slot)
        if (rng.below(2) == 1) child[slot] = b[slot];
    return child;
}

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

namespace hpnas {

/// Some examples of a set, in the order of `indices`. Copies share the set.
template <class Set>
struct Subset {
    std::shared_ptr<const Set> set;
    std::vector<std::int64_t> indices;

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(indices.size()); }
    /// Index in the set of the subset's example `i`.
    std::int64_t operator[](std::int64_t i) const { return indices[static_cast<std::size_t>(i)]; }
};

/// Every example of `set`.
template <class Set>
Subset<Set> all_of(std::shared_ptr<const Set> set) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>(set->size()));
    std::iota(indices.begin(), indices.end(), 0);
    return {std::move(set), std::move(indices)};
}

}  // namespace hpnas

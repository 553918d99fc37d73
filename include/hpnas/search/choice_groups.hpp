#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// Independent categorical choices ("groups", one per decision of a space) laid out in one flat vector: group g owns
/// the elements [offset(g), offset(g) + size(g)). Logits, probabilities and points of the product of simplices all have
/// this layout. A regular value.
class ChoiceGroups {
public:
    ChoiceGroups() = default;
    /// @param sizes  options per group, each in [1, 32767]. @throws InternalError otherwise.
    explicit ChoiceGroups(std::span<const std::size_t> sizes);
    /// One group per decision, one option per choice.
    explicit ChoiceGroups(std::span<const Decision> decisions);

    std::size_t count() const noexcept { return offsets_.size() - 1; }
    std::size_t total() const noexcept { return offsets_.back(); }
    std::size_t offset(std::size_t group) const noexcept { return offsets_[group]; }
    std::size_t size(std::size_t group) const noexcept { return offsets_[group + 1] - offsets_[group]; }
    /// The part of a flat vector that belongs to `group`.
    template <class T>
    std::span<T> slice(std::span<T> flat, std::size_t group) const {
        return flat.subspan(offset(group), size(group));
    }
    bool operator==(const ChoiceGroups&) const = default;

private:
    std::vector<std::size_t> offsets_{0};
};

/// Index of the largest element per group, the first of equal ones. @param flat [total]
Encoding argmax(const ChoiceGroups& groups, std::span<const double> flat);
/// Writes the vertex that `choices` [groups] name: 1 at the chosen option of each group, 0 elsewhere.
/// @param point [total] @throws EncodingError for a choice out of range
void one_hot(const ChoiceGroups& groups, std::span<const std::int16_t> choices, std::span<double> point);

}  // namespace hpnas

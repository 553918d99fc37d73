#include "hpnas/search/choice_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::vector<std::size_t> sizes_of(std::span<const Decision> decisions) {
    std::vector<std::size_t> sizes;
    for (const Decision& decision : decisions) sizes.push_back(decision.values.size());
    return sizes;
}

}  // namespace

ChoiceGroups::ChoiceGroups(std::span<const std::size_t> sizes) {
    for (const std::size_t size : sizes) {
        if (size < 1 || size > static_cast<std::size_t>(std::numeric_limits<std::int16_t>::max()))
            throw InternalError(
                fmt::format("choice group {}: expected 1 to 32767 options, got {}", offsets_.size() - 1, size));
        offsets_.push_back(offsets_.back() + size);
    }
}

ChoiceGroups::ChoiceGroups(std::span<const Decision> decisions) : ChoiceGroups(sizes_of(decisions)) {}

Encoding argmax(const ChoiceGroups& groups, std::span<const double> flat) {
    Encoding choices(groups.count());
    for (std::size_t g = 0; g < choices.size(); ++g) {
        const std::span<const double> part = groups.slice(flat, g);
        choices[g] = static_cast<std::int16_t>(std::max_element(part.begin(), part.end()) - part.begin());
    }
    return choices;
}

void one_hot(const ChoiceGroups& groups, std::span<const std::int16_t> choices, std::span<double> point) {
    std::fill(point.begin(), point.end(), 0.0);
    for (std::size_t g = 0; g < groups.count(); ++g) {
        if (choices[g] < 0 || static_cast<std::size_t>(choices[g]) >= groups.size(g))
            throw EncodingError(fmt::format("choice group {}: expected an option in [0, {}], got {}", g,
                                            groups.size(g) - 1, choices[g]));
        point[groups.offset(g) + static_cast<std::size_t>(choices[g])] = 1.0;
    }
}

}  // namespace hpnas

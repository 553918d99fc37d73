#include "hpnas/config/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace hpnas {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substitution = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, substitution});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
        }
    }
    return d[a.size()][b.size()];
}

namespace {

/// The known name nearest to `name` within a third of its length; empty: none.
std::string_view nearest(std::string_view name, std::span<const std::string_view> known) {
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string_view candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace

std::string name_hint(std::string_view name, std::span<const std::string_view> known) {
    if (known.empty()) return "none is known here";
    const std::string_view best = nearest(name, known);
    if (!best.empty()) return fmt::format("did you mean '{}'?", best);
    return fmt::format("known: {}", fmt::join(known, ", "));
}

std::string unknown_name(std::string_view name, std::span<const std::string_view> known) {
    const std::string_view best = nearest(name, known);
    const std::string question = best.empty() ? "" : fmt::format("did you mean '{}'? ", best);
    return fmt::format("unknown name '{}'; {}known: {}", name, question, fmt::join(known, ", "));
}

}  // namespace hpnas

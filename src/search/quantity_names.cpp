#include "hpnas/search/quantity_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "hpnas/core/error.hpp"

namespace hpnas {

bool is_reserved_name(std::string_view name) noexcept {
    // Columns of /candidates, /pareto and /timing/candidates.
    static constexpr std::array<std::string_view, 8> reserved{"candidate_id", "encoding", "gene", "generation",
                                                              "status",       "reason",   "row",  "wall"};
    return name.starts_with("parent_") || std::ranges::find(reserved, name) != reserved.end();
}

void check_quantity_names(std::span<const Quantity> objectives, std::span<const Quantity> metrics) {
    std::set<std::string> names;
    for (const std::span<const Quantity> quantities : {objectives, metrics})
        for (const Quantity& q : quantities) {
            if (is_reserved_name(q.name))
                throw ConfigError(
                    fmt::format("objective: '{}' is a column of the results already; name it otherwise", q.name));
            if (!names.insert(q.name).second)
                throw ConfigError(
                    fmt::format("objective: '{}' is the name of two quantities; name one otherwise", q.name));
        }
}

}  // namespace hpnas

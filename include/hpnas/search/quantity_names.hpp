#pragma once
#include <span>
#include <string_view>

#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// Whether the results have a column of this name whatever is searched for: no quantity can have it.
bool is_reserved_name(std::string_view name) noexcept;

/// @throws ConfigError naming a quantity that has the name of another, or a reserved one
void check_quantity_names(std::span<const Quantity> objectives, std::span<const Quantity> metrics);

}  // namespace hpnas

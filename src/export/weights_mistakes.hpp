#pragma once
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/op/operator.hpp"

namespace hpnas {

/// What no trained tensor of this role holds; empty if nothing.
inline std::string mistake_in_values(ParameterRole role, std::span<const float> values) {
    if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); }))
        return "holds values that are not finite";
    if (role == ParameterRole::running_variance && std::ranges::any_of(values, [](float x) { return x < 0; }))
        return "holds negative variances";
    return {};
}

/// Reports the first ten of what does not fit. @throws StoreError (data): `what` and a line for each, unless there are
/// none
inline void throw_mistakes(std::string what, const std::vector<std::string>& mistakes) {
    constexpr std::size_t most_shown = 10;
    if (mistakes.empty()) return;
    for (std::size_t i = 0; i < std::min(mistakes.size(), most_shown); ++i) what += "\n  " + mistakes[i];
    if (mistakes.size() > most_shown) what += fmt::format("\n  ... {} in all", mistakes.size());
    throw StoreError(what, ExitCode::data);
}

}  // namespace hpnas

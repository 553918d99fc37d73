#include "hpnas/config/option_range.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/config/scalar.hpp"

namespace hpnas {

std::string range_text(const OptionInfo& info) {
    const bool below = std::isfinite(info.max);
    const bool above = std::isfinite(info.min);
    if (below && above) return fmt::format("in [{}, {}]", format_number(info.min), format_number(info.max));
    if (above) return ">= " + format_number(info.min);
    if (below) return "<= " + format_number(info.max);
    return "";
}

}  // namespace hpnas

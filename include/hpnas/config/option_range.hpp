#pragma once
#include <string>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// The range of an option in words: "in [2, 10000]", ">= 0", "<= 1", or "" if unbounded.
std::string range_text(const OptionInfo& info);

}  // namespace hpnas

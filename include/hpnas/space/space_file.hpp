#pragma once
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"

namespace hpnas {

/// The places where `file` is looked for, in this order: as it is if absolute; beside the file that mentions it
/// (`where`; only if it comes from a file); in the working directory; then in each of these directories and its folder
/// `spaces`: $HPNAS_CONFIG_DIR, share/hpnas/configs beside the program's bin directory (an installation), the source
/// tree's configs. Without an extension ".yaml" is added.
std::vector<std::string> space_file_candidates(const std::string& file, const Location& where);

/// The first candidate that exists. @throws ConfigError (at `where`) listing the places.
std::string find_space_file(const std::string& file, const Location& where);

}  // namespace hpnas

#pragma once
#include <string>
#include <vector>

#include "hpnas/space/search_space.hpp"

namespace hpnas {

/// Architectures from a file, in the space's notation.
struct ArchList {
    std::vector<std::string> text;     ///< as written, one per architecture of the file
    std::vector<std::size_t> lines;    ///< where each stands, from 1
    std::vector<std::size_t> network;  ///< which of `encodings` each is
    std::vector<Encoding> encodings;   ///< canonical, each once, in the order in which they appear first
};

/// Reads one architecture per line (blank lines and lines that begin with '#' are skipped), or, if `column` is not
/// empty or the file's name ends in .csv, a column of a CSV file with a heading and without comments.
/// @param column  empty: "arch"
/// @throws DataError (no_input if there is no such file) naming file and line: no architecture at all, or one mistake
/// per line that the space cannot read (the first ten); ConfigError: a column that is not there
ArchList read_arch_list(const std::string& path, const std::string& column, const SearchSpace& space);

/// A field as CSV: quoted if it has to be.
std::string csv_field(const std::string& text);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/data/image_file.hpp"

namespace hpnas {

/// Images as JPEG or PNG files, of any sizes, decoded whenever they are needed.
struct ImageFiles {
    std::vector<std::string> names;    ///< [N] paths; names for messages if `bytes` holds the files
    std::vector<std::uint8_t> bytes;   ///< of all files, one after the other; empty: they are on disk
    std::vector<std::int64_t> begins;  ///< [N + 1] if `bytes` holds the files
    double centre = 1.0;               ///< part of the largest centred window that is looked at without random crops
    std::int64_t threads = 2;          ///< of a BatchLoader that decode ahead

    std::int64_t size() const noexcept { return static_cast<std::int64_t>(names.size()); }
    /// Thread-safe. @throws DataError naming the file
    Pixels decode(std::int64_t i) const;
    /// Of names and sizes of files on disk, or of their content in memory.
    std::uint64_t hash() const;
};

}  // namespace hpnas

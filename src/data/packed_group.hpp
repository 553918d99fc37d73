#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/h5/file.hpp"

namespace hpnas {

inline constexpr std::array<const char*, 3> part_names{"train", "validation", "test"};

/// Starts a packed file: its root attributes.
void write_head(h5::Group& root, std::string_view kind, const std::vector<std::string>& classes,
                const std::string& source);

/// The root of a packed file whose kind is `kind` (empty: any). @throws DataError if it is not
h5::Group open_packed(const h5::File& file, std::string_view kind);

/// Byte strings of any length, as columns NAME (bytes, one after the other) and NAME_begins [N + 1].
void write_strings(h5::Group& group, const std::string& name, std::span<const std::string> strings);
std::vector<std::string> read_strings(const h5::Group& group, const std::string& name);

/// Column of N + 1 ascending begins, from 0 to `total`. @throws DataError
std::vector<std::int64_t> read_begins(const h5::Group& group, const std::string& name, std::int64_t total);

/// Column of labels in [0, n_classes). @throws DataError naming the record
std::vector<std::int64_t> read_labels(const h5::Group& group, const std::string& name, std::int64_t n_classes);

/// @throws DataError unless both are equal
void check_count(const h5::Group& group, const std::string& what, std::size_t expected, std::size_t got);

}  // namespace hpnas

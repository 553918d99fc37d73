#pragma once
#include <filesystem>

#include "hpnas/store/result_tables.hpp"

namespace hpnas {

inline constexpr const char* results_schema_name = "hpnas-results";
inline constexpr const char* results_schema_version = "1.3.0";

/// Writes results.h5 (src/store/FORMAT.md) and replaces `file` by it atomically. Equal content gives equal bytes.
/// @throws StoreError; the previous file is then intact.
void write_result_file(const std::filesystem::path& file, const ResultContent& content);

}  // namespace hpnas

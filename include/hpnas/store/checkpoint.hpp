#pragma once
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "hpnas/core/named_tensor.hpp"

namespace hpnas {

/// Writes the state of a long computation and replaces `file` by it atomically, so that a crash at any moment leaves a
/// whole checkpoint. Layout: src/store/FORMAT.md. @param run  text that names the run the state belongs to
/// @throws StoreError; the previous file is then intact
void save_checkpoint(const std::filesystem::path& file, std::string_view run, std::span<const NamedTensor> tensors);

/// The tensors in alphabetical order of their names. @throws StoreError: no_input if the file is missing, data if it is
/// damaged, no checkpoint, or of another run
std::vector<NamedTensor> load_checkpoint(const std::filesystem::path& file, std::string_view run);

}  // namespace hpnas

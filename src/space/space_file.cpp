#include "hpnas/space/space_file.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

/// Directories of space files that do not depend on who asks.
std::vector<fs::path> config_directories() {
    std::vector<fs::path> directories;
    if (const char* chosen = std::getenv("HPNAS_CONFIG_DIR")) directories.emplace_back(chosen);
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) directories.push_back(program.parent_path().parent_path() / "share/hpnas/configs");
    directories.emplace_back(HPNAS_SOURCE_CONFIG_DIR);
    return directories;
}

}  // namespace

std::vector<std::string> space_file_candidates(const std::string& file, const Location& where) {
    fs::path path(file);
    if (path.extension().empty()) path += ".yaml";
    if (path.is_absolute()) return {path.string()};
    std::vector<std::string> candidates;
    if (where.line > 0) candidates.push_back((fs::path(where.file).parent_path() / path).string());
    candidates.push_back(path.string());
    for (const fs::path& directory : config_directories()) {
        candidates.push_back((directory / path).string());
        candidates.push_back((directory / "spaces" / path).string());
    }
    return candidates;
}

std::string find_space_file(const std::string& file, const Location& where) {
    const std::vector<std::string> candidates = space_file_candidates(file, where);
    for (const std::string& candidate : candidates) {
        std::error_code error;
        if (fs::is_regular_file(candidate, error)) return candidate;
    }
    const std::string at = to_string(where);
    throw ConfigError(fmt::format("{}{}space file '{}' not found; looked for {}", at, at.empty() ? "" : ": ", file,
                                  fmt::join(candidates, ", ")));
}

}  // namespace hpnas

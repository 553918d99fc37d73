#include "hpnas/app/arch_reference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

constexpr const char* mark = ".h5#";

}  // namespace

bool is_run_reference(const std::string& text) {
    const std::size_t at = text.rfind(mark);
    if (at == std::string::npos) return false;
    const std::string number = text.substr(at + 4);
    return !number.empty() && number.size() < 10 && number.find_first_not_of("0123456789") == std::string::npos;
}

FoundArchitecture find_architecture(const std::string& reference) {
    const std::size_t at = reference.rfind('#');
    const std::string path = reference.substr(0, at);
    const auto rank = static_cast<std::int64_t>(std::stoi(reference.substr(at + 1)));
    const h5::File file = h5::File::open(path);
    const h5::Group root = file.root();
    if (!root.contains("config") || !root.group("config").contains("yaml"))
        throw DataError(fmt::format("{}: expected the results of a run, which hold their configuration", path));
    if (!root.contains("ranking"))
        throw DataError(
            fmt::format("{}: holds no ranked networks: the run has not ended; the same command as before "
                        "continues it",
                        path));
    const h5::Group ranking = root.group("ranking");
    const auto ranks = ranking.dataset("rank").read<std::int64_t>();
    const auto found = std::find(ranks.begin(), ranks.end(), rank);
    if (found == ranks.end())
        throw DataError(fmt::format("{}: expected a rank in [1, {}], got {}", path,
                                    ranks.empty() ? 0 : *std::max_element(ranks.begin(), ranks.end()), rank));
    const ConfigNode config = parse_yaml(root.group("config").dataset("yaml").read_texts().at(0), path);
    const ConfigNode* space = config.find("space");
    if (space == nullptr) throw DataError(fmt::format("{}: its configuration names no space", path));
    return {*space, ranking.dataset("arch").read_texts().at(static_cast<std::size_t>(found - ranks.begin()))};
}

}  // namespace hpnas

#include "hpnas/app/arch_reference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/space/builtin.hpp"

namespace hpnas {
namespace {

constexpr const char* mark = ".h5#";

std::unique_ptr<SearchSpace> make_space(const ConfigNode& node, std::int64_t resolution) {
    Diagnostics diagnostics;
    auto space = spaces().make(node, "space", diagnostics, TaskShape{.resolution = resolution});
    diagnostics.throw_if_any();
    return space;
}

/// "5,1,0,...", which every space understands and some have no other notation than.
bool is_indices(const std::string& arch) { return arch.find_first_not_of("0123456789, ") == std::string::npos; }

bool have_same_slots(const SearchSpace& a, const SearchSpace& b) {
    return std::ranges::equal(a.decisions(), b.decisions(), {}, &Decision::name, &Decision::name);
}

}  // namespace

bool is_run_reference(const std::string& text) {
    const std::size_t at = text.rfind(mark);
    if (at == std::string::npos) return false;
    const std::string number = text.substr(at + 4);
    return !number.empty() && number.size() < 10 && number.find_first_not_of("0123456789") == std::string::npos;
}

std::int64_t resolution_of(const ConfigNode& config) {
    const ConfigNode* task = config.find("task");
    const ConfigNode* resolution = task != nullptr ? task->find("resolution") : nullptr;
    return resolution == nullptr ? 0 : static_cast<std::int64_t>(parse_number(resolution->scalar).value_or(0));
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
    return {*space, resolution_of(config),
            ranking.dataset("arch").read_texts().at(static_cast<std::size_t>(found - ranks.begin()))};
}

std::string named_choices(const FoundArchitecture& found) {
    if (!is_indices(found.arch)) return found.arch;
    const auto space = make_space(found.space, found.resolution);
    return space->format_values(space->parse(found.arch));
}

std::string arch_in(const ConfigNode& space, std::int64_t resolution, const FoundArchitecture& found) {
    const auto ours = make_space(found.space, found.resolution), theirs = make_space(space, resolution);
    const auto refuse = [&](const std::string& what) {
        throw ConfigError(fmt::format(
            "arch: the found network {}; leave space out to take the run's, or write the architecture itself "
            "to have it read in this space",
            what));
    };
    if (ours->name() != theirs->name())
        refuse(fmt::format("comes from the space {}, the configuration names {}", ours->name(), theirs->name()));
    const std::string choices = named_choices(found);
    if (!is_indices(found.arch)) return choices;
    if (!have_same_slots(*ours, *theirs)) refuse("comes from a space that has other slots than the configuration's");
    try {
        theirs->parse(choices);
    } catch (const EncodingError& error) {
        refuse(fmt::format("is not in the configuration's space ({})", error.what()));
    }
    return choices;
}

}  // namespace hpnas

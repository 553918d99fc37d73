#pragma once
#include <memory>
#include <string>

#include "hpnas/space/builtin.hpp"
#include "hpnas/space/staged_space.hpp"

namespace hpnas::test {

/// The space that a run's YAML value names, e.g. "gpunet" or "{name: gpunet, profile: extended}". @throws ConfigError
inline std::unique_ptr<SearchSpace> make_space(const std::string& yaml, const TaskShape& task = {}) {
    Diagnostics diagnostics;
    auto space = spaces().make(parse_yaml("space: " + yaml, "run.yaml").map[0].second, "space", diagnostics, task);
    diagnostics.throw_if_any();
    return space;
}

/// A staged space from its own YAML. @throws ConfigError
inline StagedSpace staged_space(const std::string& yaml, const TaskShape& task = {},
                                const StagedChanges& changes = {}) {
    Diagnostics diagnostics;
    StagedSpec spec = read_staged_spec(parse_yaml(yaml, "space.yaml"), "", changes, diagnostics);
    diagnostics.throw_if_any();
    return {std::move(spec), task};
}

}  // namespace hpnas::test

#pragma once
#include <functional>
#include <string>

#include "hpnas/space/staged_attribute.hpp"
#include "hpnas/space/staged_spec.hpp"

namespace hpnas {

/// Label of the i-th entry of `stages`: its key `label`, or its position.
std::string stage_label(const ConfigNode& stage, std::size_t position);

/// `space` with the profile and the overrides put in place, ready to be read. Keys are dotted: "drop_path",
/// "head.filters", "stage4.filters".
ConfigNode with_overrides(const ConfigNode& space, const std::string& path, const StagedChanges& changes,
                          Diagnostics& diagnostics);

/// Takes away all choices but those that `fix` names. The slots stay, with fewer choices.
void apply_fix(StagedSpec& spec, const ConfigNode& fix, Diagnostics& diagnostics);

/// Every attribute with the name of its slot, in the order of the encoding: resolution, then by stage filters (unless
/// tied), kernel, expansion, se, activation, layers. Those that a stage does not have (no values) are left out.
void for_each_attribute(StagedSpec& spec,
                        const std::function<void(const std::string& slot, const AttributeRule&, Attribute&)>& visit);

}  // namespace hpnas

#include "hpnas/space/staged_space.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/staged_changes.hpp"
#include "hpnas/space/staged_network.hpp"
#include "hpnas/space/staged_segmentation.hpp"

namespace hpnas {
namespace {

/// The slots that have no effect once the stage is empty.
void clear_slots(const StageSpec& stage, Encoding& x) {
    for (const Attribute* attribute : {&stage.filters, &stage.kernel, &stage.expansion, &stage.se, &stage.activation})
        if (attribute->slot) x[*attribute->slot] = 0;
}

std::uint64_t choices(const Attribute& attribute) { return attribute.slot ? attribute.values.size() : 1; }

}  // namespace

StagedSpace::StagedSpace(StagedSpec spec, const TaskShape& task) : spec_(std::move(spec)), task_(task) {
    if (task.resolution > 0) {
        std::int64_t stride = 1;
        for (const StageSpec& stage : spec_.stages) stride *= stage.stride;
        if (task.resolution < stride)
            throw ConfigError(fmt::format("space {}: a resolution of {} is too small for the total stride of {}",
                                          spec_.name, task.resolution, stride));
        spec_.resolution.values = {static_cast<double>(task.resolution)};
        if (spec_.resolution.slot) spec_.decisions[*spec_.resolution.slot].values = spec_.resolution.values;
    }
    is_activation_.resize(spec_.decisions.size());
    for (const StageSpec& stage : spec_.stages)
        if (stage.activation.slot) is_activation_[*stage.activation.slot] = true;
}

Network StagedSpace::do_decode(const Encoding& x) const { return staged_network(spec_, x, task_); }

std::optional<Segmentation> StagedSpace::segmentation() const { return staged_segmentation(spec_, task_); }

Encoding StagedSpace::do_canonical(const Encoding& x) const {
    Encoding result = x;
    std::int64_t channels = task_.input_channels;
    for (std::size_t s = 0; s < spec_.stages.size(); ++s) {
        const StageSpec& stage = spec_.stages[s];
        if (stage.layers.at(x) == 0) {
            clear_slots(stage, result);
            continue;
        }
        const std::int64_t filters = stage_filters(spec_, s, x);
        if (stage.expansion.slot) {
            const bool repeats = stage.layers.at(x) > 1;
            result[*stage.expansion.slot] = first_equal_expansion(s, x, channels, repeats ? filters : channels);
        }
        channels = filters;
    }
    return result;
}

/// The first choice that gives the same inner widths as x's, for layers of these two input widths.
std::int16_t StagedSpace::first_equal_expansion(std::size_t stage, const Encoding& x, std::int64_t first,
                                                std::int64_t further) const {
    const Attribute& expansion = spec_.stages[stage].expansion;
    const auto inner = [&](std::int64_t channels, double factor) {
        return rounded_channels(static_cast<double>(channels) * factor, spec_.round_to);
    };
    const double chosen = expansion.at(x);
    std::int16_t choice = 0;
    while (inner(first, expansion.values[static_cast<std::size_t>(choice)]) != inner(first, chosen) ||
           inner(further, expansion.values[static_cast<std::size_t>(choice)]) != inner(further, chosen))
        ++choice;
    return choice;
}

std::string StagedSpace::do_choice_text(std::size_t slot, std::size_t choice) const {
    const AttributeRule& rule = attribute_rule(is_activation_[slot] ? "activation" : "filters");
    return attribute_text(rule, spec_.decisions[slot].values[choice]);
}

std::vector<std::uint64_t> StagedSpace::distinct_per_stage() const {
    std::vector<std::uint64_t> result{choices(spec_.resolution)};
    for (const StageSpec& stage : spec_.stages) {
        const std::vector<double>& layers = stage.layers.values;
        const auto n_empty = static_cast<std::uint64_t>(std::count(layers.begin(), layers.end(), 0));
        const std::uint64_t configurations = choices(stage.filters) * choices(stage.kernel) * choices(stage.expansion) *
                                             choices(stage.se) * choices(stage.activation);
        result.push_back(n_empty + (layers.size() - n_empty) * configurations);
    }
    return result;
}

std::string distinct_size_text(const StagedSpace& space) {
    std::vector<Decision> factors;  // space_size_text multiplies the numbers of choices exactly
    for (const std::uint64_t n : space.distinct_per_stage()) factors.push_back({"", std::vector<double>(n), true});
    return space_size_text(factors);
}

}  // namespace hpnas

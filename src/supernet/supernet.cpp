#include "hpnas/supernet/supernet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/cell_supernet.hpp"
#include "hpnas/supernet/chain_supernet.hpp"

namespace hpnas {
namespace {

/// The supernet's name of a decoded network's tensor.
std::string shared_name(const Supernet& supernet, const Encoding& x, const std::string& name) {
    for (const WeightPlace& place : supernet.places) {
        if (!name.starts_with(place.decoded)) continue;
        const std::string rest = name.substr(place.decoded.size());
        const int row = x[place.slot.rows];
        if (!place.slot.columns) return fmt::format("{}options.{}.{}", place.shared, row, rest);
        return fmt::format("{}inputs.{}.ops.{}.{}", place.shared, row, x[*place.slot.columns], rest);
    }
    return name;
}

}  // namespace

Supernet make_supernet(const SearchSpace& space) {
    if (space.name() == "darts_cell") return cell_supernet(space);
    if (space.name() == "five_layer" || space.name() == "mbconv") return chain_supernet(space);
    throw ConfigError(fmt::format(
        "space: expected one with a weight-sharing network (darts_cell, five_layer, mbconv), got {}", space.name()));
}

void mixture_weights(const ChoiceGroups& groups, const Mixture& mixture, std::span<const double> point,
                     std::span<double> weights) {
    std::fill(weights.begin(), weights.end(), 0.0);
    for (const ChoiceSlot& slot : mixture.slots) {
        const auto rows = groups.slice(point, slot.rows);
        const std::size_t width = slot.columns ? groups.size(*slot.columns) : 1;
        for (std::size_t i = 0; i < weights.size(); ++i)
            weights[i] += rows[i / width] * (slot.columns ? groups.slice(point, *slot.columns)[i % width] : 1.0);
    }
}

void add_mixture_gradient(const ChoiceGroups& groups, const Mixture& mixture, std::span<const double> point,
                          std::span<const double> by_weights, std::span<double> gradient) {
    for (const ChoiceSlot& slot : mixture.slots) {
        const auto by_rows = groups.slice(gradient, slot.rows);
        if (!slot.columns) {
            for (std::size_t i = 0; i < by_weights.size(); ++i) by_rows[i] += by_weights[i];
            continue;
        }
        const auto rows = groups.slice(point, slot.rows), columns = groups.slice(point, *slot.columns);
        const auto by_columns = groups.slice(gradient, *slot.columns);
        for (std::size_t i = 0; i < by_weights.size(); ++i) {
            by_rows[i / columns.size()] += by_weights[i] * columns[i % columns.size()];
            by_columns[i % columns.size()] += by_weights[i] * rows[i / columns.size()];
        }
    }
}

void inherit_weights(const Supernet& supernet, const Parameters& shared, const Encoding& x, Parameters& decoded) {
    for (const Parameters::Entry& entry : decoded.entries()) {
        const Parameters::Entry* source = shared.find(shared_name(supernet, x, entry.name));
        if (source == nullptr) continue;
        if (!(source->spec.shape == entry.spec.shape))
            throw InternalError(fmt::format("supernet: '{}' is {}, '{}' is {}", source->name,
                                            to_string(source->spec.shape), entry.name, to_string(entry.spec.shape)));
        std::ranges::copy(shared.values(*source), decoded.values(entry).begin());
    }
}

}  // namespace hpnas

#include "hpnas/score/random_weights.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "hpnas/kernel/random_normal.hpp"
#include "hpnas/score/probe.hpp"

namespace hpnas {
namespace {

bool is_layer(std::string_view type) {
    constexpr std::array<std::string_view, 3> layers{"conv2d", "linear", "squeeze_excite"};
    return std::ranges::find(layers, type) != layers.end();
}

double deviation_of(const Shape& weight, WeightScale scale) {
    if (scale == WeightScale::unit) return 1;
    return std::sqrt(2.0 * static_cast<double>(weight[0]) / static_cast<double>(weight.count()));
}

}  // namespace

Parameters initial_parameters(const ScoreProbe& probe, const Network& network) {
    Parameters parameters(network);
    parameters.initialize(probe.settings().seed);
    if (probe.settings().weights) probe.settings().weights(parameters);
    return parameters;
}

void draw_normal_weights(const ScoreProbe& probe, WeightScale scale, const std::string& purpose, const Network& network,
                         Parameters& parameters) {
    for (const Parameters::Entry& entry : parameters.entries()) {
        if (!entry.spec.trainable()) continue;
        const std::span<float> values = parameters.values(entry);
        const bool layer = is_layer(network.node(entry.node).op->type());
        const bool weight = layer && entry.spec.role == ParameterRole::weight;
        const Initializer& initial = entry.spec.initializer;
        if (weight || initial.kind == Initializer::Kind::normal) {
            const double deviation = weight ? deviation_of(entry.spec.shape, scale) : initial.b;
            const kernel::NormalKey key(probe.rng(purpose + "/" + entry.name));
            kernel::fill_normal(key, static_cast<float>(deviation), values.data(),
                                static_cast<std::int64_t>(values.size()));
        } else {
            const bool constant = initial.kind == Initializer::Kind::constant && !layer;
            std::ranges::fill(values, constant ? static_cast<float>(initial.a) : 0.0F);
        }
    }
    if (probe.settings().weights) probe.settings().weights(parameters);
}

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/space/darts_cell_space.hpp"
#include "hpnas/supernet/gumbel.hpp"
#include "hpnas/supernet/supernet_objective.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas::bench {

/// UNAS's supernet for CIFAR (darts_cell, 16 channels, 8 cells), all seven operations.
inline Supernet cifar_supernet() { return make_supernet(DartsCellSpace({}, {.classes = 10})); }

/// Noise for images, labels in turn.
inline void fill(SupernetObjective& objective, SupernetObjective::Batch& batch, std::uint64_t id) {
    Rng rng(1, Purpose::test, id);
    for (float& pixel : batch.images) pixel = static_cast<float>(rng.normal());
    std::vector<std::int64_t> labels, samples;
    for (std::size_t i = 0; i < batch.samples.size(); ++i) {
        labels.push_back(static_cast<std::int64_t>(i % 10));
        samples.push_back(static_cast<std::int64_t>(i));
    }
    objective.set_labels(batch, {samples, labels, {}, {}, static_cast<std::int64_t>(labels.size())});
}

/// Initial weights and two mini-batches: what the passes of a step work on.
struct SupernetBench {
    kernel::Engine engine;
    Arena arena;
    Parameters parameters;
    SupernetObjective objective;

    SupernetBench(const Supernet& supernet, std::int64_t batch, double skip_below)
        : parameters(supernet.network), objective(supernet, parameters, {engine, arena}, batch, 10, [&] {
              SupernetLossOptions options;
              options.skip_below = skip_below;
              return options;
          }()) {
        parameters.initialize(1);
        fill(objective, objective.train(), 1);
        fill(objective, objective.validation(), 2);
    }
};

/// Architectures drawn from uniform logits at temperature 0.4. @param step  tells draws apart
inline GumbelSample draw_architectures(const ChoiceGroups& groups, std::size_t rows, std::uint64_t step) {
    const std::vector<double> logits(groups.total(), 0.0);
    std::vector<double> uniforms(rows * groups.total());
    draw_uniforms({.seed = 1, .step = step}, 0, uniforms);
    return gumbel_sample(SoftenedLaw(groups, logits, 0), uniforms, 0.4);
}

}  // namespace hpnas::bench

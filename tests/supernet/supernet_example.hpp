// Small spaces with weight-sharing networks, and passes through them.
#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/supernet/supernet.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas::testing {

inline std::unique_ptr<SearchSpace> space_from(const std::string& yaml, const TaskShape& task) {
    Diagnostics diagnostics;
    auto space = spaces().make(parse_yaml("s: " + yaml, "test").map.front().second, "s", diagnostics, task);
    diagnostics.throw_if_any();
    return space;
}

inline const TaskShape tiny_task{.classes = 3, .input_channels = 3, .resolution = 8};
inline std::unique_ptr<SearchSpace> tiny_chain() {
    return space_from("{name: five_layer, channels: 4, layers: 3, halve_after: [1]}", tiny_task);
}
inline std::unique_ptr<SearchSpace> tiny_cells() {
    return space_from("{name: darts_cell, channels: 4, cells: 3, operations: 4}", tiny_task);
}
inline std::unique_ptr<SearchSpace> tiny_mbconv() {
    return space_from("{name: mbconv, profile: cifar, width: 0.1}", tiny_task);
}

/// Deterministic numbers in [-1, 1).
inline std::vector<float> noise(std::size_t count, std::uint64_t id) {
    Rng rng(3, Purpose::test, id);
    std::vector<float> values(count);
    for (float& value : values) value = static_cast<float>(rng.below(2000)) / 1000.0F - 1.0F;
    return values;
}

/// Different values in every parameter, scales and variances included; names alone decide.
inline void scatter(Parameters& parameters) {
    parameters.initialize(4);
    for (const Parameters::Entry& entry : parameters.entries()) {
        const std::span<float> values = parameters.values(entry);
        if (entry.spec.role == ParameterRole::running_variance)
            for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1.0F + 0.1F * static_cast<float>(i % 3);
    }
}

}  // namespace hpnas::testing

#pragma once
#include <cstdint>
#include <functional>

#include "hpnas/data/dataset.hpp"
#include "hpnas/energy/energy_model.hpp"
#include "hpnas/latency/latency_model.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas {

/// What every evaluator gets from the run. The pointers may be null where a run has no such thing; what they point to
/// must outlive the evaluator. The arena of `device` sets the memory limit of a candidate.
struct EvaluatorContext {
    const SearchSpace* space = nullptr;
    const Device* device = nullptr;
    const ImageTask* task = nullptr;
    const TrainingOptions* training = nullptr;
    LatencyModel* latency = nullptr;
    EnergyModel* energy = nullptr;
    std::uint64_t seed = 0;  ///< of the run
    /// What sets the pretrained weights that a network takes, see ProbeSettings::weights; empty: there are none.
    std::function<std::function<void(Parameters&)>(const Network&)> pretrained{};
};

}  // namespace hpnas

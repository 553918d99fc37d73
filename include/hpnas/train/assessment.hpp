#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "hpnas/train/training_task.hpp"
#include "hpnas/train/tree_sum.hpp"

namespace hpnas {

/// How a network is judged.
struct AssessmentOptions {
    DataSplit split = DataSplit::validation;
    std::int64_t batch = 64;  ///< examples per forward pass
    TrainingRanks ranks{};    ///< that share the batches
    /// Called before every batch if not empty; false on any rank abandons.
    std::function<bool()> poll{};
};

/// Judges a deployed network (see train/deploy.hpp) on every example of a split, each counted once. The ranks share the
/// batches; the result is the same for any number of them and for any batch, but for the rounding of the network's own
/// products. Collective. @return the task's metrics on every rank; nothing if abandoned
std::optional<std::vector<double>> assess(const TrainingTask& task, const Network& network, Parameters& parameters,
                                          const Device& device, const AssessmentOptions& options);

}  // namespace hpnas

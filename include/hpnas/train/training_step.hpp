#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "hpnas/train/executor.hpp"
#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/training_task.hpp"
#include "hpnas/train/tree_sum.hpp"

namespace hpnas {

/// What came of a step; the same on every rank.
struct StepReport {
    double loss = 0;           ///< mean over the batch, nat
    double gradient_norm = 0;  ///< before clipping; 0 if the loss ended the step
    bool applied = true;       ///< false: loss or norm not finite, or loss above the limit; the weights stay
    bool stop = false;         ///< some rank wants to stop after this step
};

/// One step of training: gradient of the mean loss of a batch, clipping, the optimiser's update. The batch is cut into
/// micro-batches of the executor's size, which the ranks share; gradients are added as TreeSum does, so that weights
/// are the same bit for bit for any number of ranks. Batch norms normalise over a micro-batch, and their running
/// statistics move once per step, by the mean of what the micro-batches would have moved them. Rank 0 updates the
/// weights and gives them to the others.
class TrainingStep {
public:
    struct Options {
        std::int64_t micro_batches = 1;  ///< that make a batch
        double clip_norm = 0;            ///< 0: off
        double max_loss = std::numeric_limits<double>::infinity();
    };
    /// Holds references to all; the optimiser must have been started for the parameters (on rank 0).
    TrainingStep(Executor& executor, Parameters& parameters, Optimizer& optimizer, TaskBatches& batches,
                 Options options, TrainingRanks ranks = {});

    struct Position {
        std::int64_t epoch = 0, index = 0;  ///< of the batch
        std::uint64_t seed = 0, step = 0;   ///< for random draws inside the network
    };
    /// Collective. @param stop  whether this rank wants to stop
    StepReport run(const Position& at, double learning_rate, bool stop = false);

private:
    double micro_gradient(const Position& at, std::int64_t micro_batch);
    StepReport sum_gradients(const Position& at, bool stop);
    void apply(std::span<const float> gradients, double learning_rate, StepReport& report);
    void share(StepReport& report);

    Executor& executor_;
    Parameters& parameters_;
    Optimizer& optimizer_;
    TaskBatches& batches_;
    Options options_;
    TrainingRanks ranks_;
    std::vector<Chunk> chunks_;
    TreeSum tree_;
    std::vector<float> sum_;  // laid out as Parameters::all(), then loss and wishes to stop; empty if nothing is summed
};

}  // namespace hpnas

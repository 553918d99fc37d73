#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hpnas/core/named_tensor.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/schedule.hpp"
#include "hpnas/train/training_options.hpp"
#include "hpnas/train/training_step.hpp"
#include "hpnas/train/weight_average.hpp"

namespace hpnas {

/// What a training updates weights with; started by the run.
struct TrainingMethod {
    Optimizer& optimizer;
    const Schedule& schedule;
};

/// The training of one network, step by step. Every random draw is a function of seed, epoch, step and example, so a
/// restored run goes on bit for bit, and the number of ranks changes nothing, given the number of threads of a rank.
/// Weights are equal on all ranks; optimiser and averaged weights live on rank 0.
class TrainingRun {
public:
    /// Keeps references to all but the options. `parameters` hold the initial weights.
    /// @throws DataError if the examples do not fill one batch or the batch is no multiple of the micro-batch;
    ///         ConfigError for more ranks than micro-batches; std::bad_alloc if the training does not fit the arena
    TrainingRun(const Network& network, Parameters& parameters, const TrainingTask& task, TrainingMethod method,
                const TrainingOptions& options, const Device& device, std::uint64_t seed, TrainingRanks ranks = {});

    TrainingRun(const TrainingRun&) = delete;
    TrainingRun& operator=(const TrainingRun&) = delete;

    std::int64_t steps_per_epoch() const noexcept { return steps_per_epoch_; }
    std::int64_t n_steps() const noexcept { return n_steps_; }  ///< at least 1
    std::int64_t step_count() const noexcept { return step_; }  ///< done
    double epochs_done() const noexcept;
    bool finished() const noexcept { return step_ >= n_steps_; }

    /// Collective. A step that is not applied does not count. @param stop  whether this rank wants to stop
    StepReport step(bool stop = false);
    /// Factor of the optimiser's learning rate in the next step.
    double rate_factor() const;
    /// Mean loss of the last epoch's worth of steps, nat.
    double recent_loss() const;
    /// The weights to judge and to keep: averaged if ema_decay > 0. On rank 0.
    std::span<const float> result() const noexcept;
    std::size_t memory_bytes() const noexcept { return plan_->executor.memory_bytes(); }

    /// Everything that steps change. On rank 0.
    std::vector<NamedTensor> state();
    /// Every rank needs the weights, rank 0 all. @throws DataError if the state is of another training
    void restore(std::span<const NamedTensor> state);

private:
    /// The network compiled; refers to itself.
    struct Plan {
        Plan(const Network& network, TrainingRun& run);
        Executor executor;
        TrainingStep step;
    };
    bool root() const noexcept { return ranks_.rank == 0; }
    void compile();
    TrainingStep::Options step_options() const;

    const Network& network_;
    Parameters& parameters_;
    TrainingMethod method_;
    TrainingOptions options_;
    std::uint64_t seed_;
    TrainingRanks ranks_;
    std::unique_ptr<TaskBatches> batches_;
    Device device_;
    std::int64_t steps_per_epoch_ = 0, n_steps_ = 0, step_ = 0;
    std::unique_ptr<Plan> plan_;
    std::int64_t plan_epoch_ = 0;  // whose drop-path rates the plan has
    WeightAverage average_;
    std::vector<double> losses_;  // of the last steps_per_epoch_ steps; step s is at s mod steps_per_epoch_
};

}  // namespace hpnas

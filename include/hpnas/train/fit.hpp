#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/units.hpp"
#include "hpnas/train/assessment.hpp"
#include "hpnas/train/training_run.hpp"

namespace hpnas {

/// When a fit judges and when it ends early.
struct FitOptions {
    double every_epochs = 1;  ///< epochs between two judgements on the validation examples; the last step is judged too
    std::optional<double> target;  ///< ends when the leading metric has reached this
};

/// One point of a learning curve.
struct LearningPoint {
    std::int64_t step = 0;  ///< done
    double epoch = 0;
    double learning_rate = 0;
    double train_loss = 0;           ///< nat, mean over the last epoch's worth of steps, as trained
    double gradient_norm = 0;        ///< of the last step, before clipping
    std::vector<double> validation;  ///< metrics of the task
    double seconds = 0;              ///< spent training since the point before
    double examples_per_second = 0;  ///< of training
};

/// The training of one network to the end: steps, judgements of the weights as they would be deployed, the best weights
/// so far. Restored from its state it goes on bit for bit (but for times). All ranks call the same functions.
class Fit {
public:
    enum class Status : std::uint8_t {
        running,
        finished,  ///< all epochs done
        target,    ///< the leading metric reached FitOptions::target
        diverged,  ///< loss, gradient or validation loss not finite, or loss above max_loss
    };

    /// Keeps references to network, parameters, task and method. `parameters` hold the initial weights.
    /// @throws what TrainingRun's constructor throws
    Fit(const Network& network, Parameters& parameters, const TrainingTask& task, TrainingMethod method,
        const TrainingOptions& options, const FitOptions& fit, const Device& device, std::uint64_t seed,
        TrainingRanks ranks = {});

    struct Event {
        bool judged = false;    ///< history() has a new point
        bool improved = false;  ///< whose leading metric is the best so far: best() are new
        bool stop = false;      ///< some rank wants to stop
    };
    /// One step and, where it is due, a judgement. Collective. Only while status() is running.
    /// @param stop  whether this rank wants to stop after the step
    Event advance(bool stop = false);

    Status status() const noexcept { return status_; }
    const std::string& reason() const noexcept { return reason_; }  ///< one sentence if diverged
    const TrainingRun& run() const noexcept { return run_; }
    /// Rank 0's have times; all else is the same on every rank.
    const std::vector<LearningPoint>& history() const noexcept { return history_; }
    /// Of the best point in history(), which is not empty; the earliest of equal ones.
    std::size_t best_point() const noexcept { return best_point_; }
    /// The weights of the best point, laid out as Parameters::all(). On rank 0; empty before the first judgement.
    std::span<const float> best() const noexcept { return best_; }

    /// Everything that steps change. On rank 0.
    std::vector<NamedTensor> state();
    /// @throws DataError if the state is of another training
    void restore(std::span<const NamedTensor> state);

private:
    bool due() const noexcept;
    void judge(Event& event);
    bool better(double a, double b) const;
    void restore_history(std::span<const double> rows);

    const Network& network_;
    const TrainingTask& task_;
    TrainingMethod method_;
    TrainingOptions options_;
    FitOptions fit_;
    Device device_;
    TrainingRanks ranks_;
    TrainingRun run_;
    Status status_ = Status::running;
    std::string reason_;
    std::vector<LearningPoint> history_;
    std::size_t best_point_ = 0;
    std::vector<float> best_;
    StepReport last_;
    Seconds seconds_{0};      // training since the last point
    std::int64_t since_ = 0;  // steps since the last point
};

/// Metrics of `weights` (rank 0's count) on a split, as deployed. Collective. @throws DataError if the split is empty
std::vector<double> judge_weights(const TrainingTask& task, const Network& network, std::span<const float> weights,
                                  const Device& device, const AssessmentOptions& options);

}  // namespace hpnas

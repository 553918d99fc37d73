#include "hpnas/train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/train/assessment.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/training_run.hpp"

namespace hpnas {
namespace {

void end(TrainResult& result, TrainResult::Status status, std::string reason) {
    result.status = status;
    result.reason = std::move(reason);
}

void take_step(TrainingRun& run, const TrainingOptions& options, TrainResult& result) {
    const StepReport report = run.step();
    if (report.applied) return;
    const bool by_loss = !std::isfinite(report.loss) || report.loss > options.max_loss;
    end(result, TrainResult::Status::diverged,
        by_loss ? fmt::format("training loss {} at step {}", report.loss, run.step_count())
                : fmt::format("gradient norm {} at step {}", report.gradient_norm, run.step_count()));
}

}  // namespace

Trainer::Trainer(ImageTask task, const Device& device, TrainingOptions options)
    : task_(std::move(task), options), device_(device), options_(std::move(options)) {
    Diagnostics diagnostics;
    optimizer_ = optimizers().make(options_.optimizer, "training.optimizer", diagnostics);
    schedule_ = schedules().make(options_.schedule, "training.schedule", diagnostics);
    diagnostics.throw_if_any();
    check_batch(options_, task_.size(DataSplit::train), 1);
}

TrainResult Trainer::run(const Network& network, std::uint64_t seed, const Poll& poll) {
    Parameters parameters(network);
    return run(network, parameters, seed, poll);
}

TrainResult Trainer::run(const Network& network, Parameters& parameters, std::uint64_t seed, const Poll& poll) {
    task_.check(network);
    parameters.initialize(seed);
    TrainResult result = train(network, parameters, seed, poll);
    if (result.status == TrainResult::Status::ok) judge(network, parameters, poll, result);
    return result;
}

// The training plan's arena memory is free again when this returns: judging has a plan of its own.
TrainResult Trainer::train(const Network& network, Parameters& parameters, std::uint64_t seed, const Poll& poll) {
    TrainResult result;
    TrainingRun run(network, parameters, task_, {*optimizer_, *schedule_}, options_, device_, seed);
    result.memory_bytes = run.memory_bytes();
    const auto start = std::chrono::steady_clock::now();
    while (result.status == TrainResult::Status::ok && !run.finished()) {
        if (options_.max_seconds > 0.0 && result.train_seconds.count() > options_.max_seconds)
            end(result, TrainResult::Status::timeout,
                fmt::format("training passed max_seconds = {} at step {} of {}", options_.max_seconds, run.step_count(),
                            run.n_steps()));
        else if (poll && !poll())
            end(result, TrainResult::Status::stopped,
                fmt::format("stopped at step {} of {}", run.step_count(), run.n_steps()));
        else
            take_step(run, options_, result);
        result.train_seconds = std::chrono::steady_clock::now() - start;
    }
    if (options_.ema_decay > 0.0) std::ranges::copy(run.result(), parameters.all().begin());
    result.train_loss = run.recent_loss();
    result.epochs = run.epochs_done();
    result.steps = run.step_count();
    if (result.steps > 0)
        result.images_per_second = static_cast<double>(result.steps * options_.batch) / result.train_seconds.count();
    return result;
}

void Trainer::judge(const Network& network, const Parameters& parameters, const Poll& poll, TrainResult& result) const {
    if (!std::ranges::all_of(parameters.all(), [](float value) { return std::isfinite(value); }))
        return end(result, TrainResult::Status::diverged, "weights not finite at the end of training");
    Deployed deployed = deploy(task_.deployed(network), parameters);
    const std::optional<std::vector<double>> found =
        assess(task_, deployed.network, deployed.parameters, device_,
               {.split = DataSplit::validation, .batch = options_.evaluation_batch, .poll = poll});
    if (!found) return end(result, TrainResult::Status::stopped, "stopped while judging");
    if (!std::isfinite(found->front()))
        return end(result, TrainResult::Status::diverged, fmt::format("validation loss {}", found->front()));
    result.validation_loss = (*found)[0];
    result.validation_top1 = (*found)[1];
    result.validation_top5 = (*found)[2];
}

}  // namespace hpnas

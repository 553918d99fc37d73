#include "hpnas/train/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/train/assessment.hpp"
#include "hpnas/train/deploy.hpp"
#include "hpnas/train/training_step.hpp"
#include "hpnas/train/weight_average.hpp"

namespace hpnas {
namespace {

void end(TrainResult& result, TrainResult::Status status, std::string reason) {
    result.status = status;
    result.reason = std::move(reason);
}

const Shape& image_of(const Network& network) { return network.node(network.inputs()[0]).shape; }

double mean(std::span<const double> values) {
    return values.empty() ? 0.0
                          : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

struct Trainer::Run {
    Run(const Trainer& trainer, const Network& network, Parameters& values, std::uint64_t run_seed)
        : parameters(values),
          seed(run_seed),
          loader(trainer.train_, trainer.task_.normalization,
                 {trainer.options_.batch, image_of(network)[0], image_of(network)[1], seed,
                  trainer.options_.augmentation}),
          executor(network, parameters, trainer.device_, {trainer.options_.batch, ExecutionMode::training, false}),
          step(executor, parameters, *trainer.optimizer_,
               {trainer.task_.n_classes(), trainer.options_.label_smoothing, trainer.options_.clip_norm}) {
        result.memory_bytes = executor.memory_bytes();
    }

    Parameters& parameters;
    std::uint64_t seed;
    BatchLoader loader;
    Executor executor;
    TrainingStep step;
    WeightAverage average;
    TrainResult result;
    std::vector<double> losses;  // of every step
};

Trainer::Trainer(ImageTask task, const Device& device, TrainingOptions options)
    : task_(std::move(task)), device_(device), options_(std::move(options)) {
    Diagnostics diagnostics;
    optimizer_ = optimizers().make(options_.optimizer, "training.optimizer", diagnostics);
    schedule_ = schedules().make(options_.schedule, "training.schedule", diagnostics);
    diagnostics.throw_if_any();
    const auto wanted = std::llround(options_.data_fraction * static_cast<double>(task_.train.size()));
    train_ = stratified_subset(task_.train, std::max<std::int64_t>(wanted, 1), 0);
    if (train_.size() < options_.batch)
        throw DataError(fmt::format("training.batch: expected at most the {} images trained on, got {}", train_.size(),
                                    options_.batch));
}

std::int64_t Trainer::n_steps() const noexcept {
    return std::max<std::int64_t>(1, std::llround(options_.epochs * static_cast<double>(steps_per_epoch())));
}

TrainResult Trainer::run(const Network& network, std::uint64_t seed, const Poll& poll) {
    Parameters parameters(network);
    return run(network, parameters, seed, poll);
}

TrainResult Trainer::run(const Network& network, Parameters& parameters, std::uint64_t seed, const Poll& poll) {
    check(network);
    parameters.initialize(seed);
    optimizer_->start(parameters);
    TrainResult result = train(network, parameters, seed, poll);
    if (result.status == TrainResult::Status::ok) judge(network, parameters, poll, result);
    return result;
}

void Trainer::check(const Network& network) const {
    if (network.inputs().size() != 1 || network.outputs().size() != 1)
        throw ShapeError(fmt::format("trainer: expected a network with one input and one output, got {} and {}",
                                     network.inputs().size(), network.outputs().size()));
    const Shape& input = image_of(network);
    const Shape& output = network.node(network.outputs()[0]).shape;
    const std::int64_t channels = task_.image_shape().channels();
    if (input.rank() != 3 || input.channels() != channels)
        throw ShapeError(fmt::format("trainer: expected an input [H, W, {}], got {}", channels, to_string(input)));
    if (output != Shape{task_.n_classes()})
        throw ShapeError(fmt::format("trainer: expected an output [{}], one value per class, got {}", task_.n_classes(),
                                     to_string(output)));
}

// The training plan's arena memory is free again when this returns: judging has a plan of its own.
TrainResult Trainer::train(const Network& network, Parameters& parameters, std::uint64_t seed, const Poll& poll) {
    Run run(*this, network, parameters, seed);
    const bool averaging = options_.ema_decay > 0.0;
    if (averaging) run.average.start(parameters.all(), options_.ema_decay);
    TrainResult& result = run.result;
    const auto start = std::chrono::steady_clock::now();
    while (result.status == TrainResult::Status::ok && result.steps < n_steps()) {
        if (options_.max_seconds > 0.0 && result.train_seconds.count() > options_.max_seconds)
            end(result, TrainResult::Status::timeout,
                fmt::format("training passed max_seconds = {} at step {} of {}", options_.max_seconds, result.steps,
                            n_steps()));
        else if (poll && !poll())
            end(result, TrainResult::Status::stopped, fmt::format("stopped at step {} of {}", result.steps, n_steps()));
        else
            advance(run);
        if (averaging && result.status == TrainResult::Status::ok) run.average.update(parameters.all());
        result.train_seconds = std::chrono::steady_clock::now() - start;
    }
    if (averaging) std::ranges::copy(run.average.values(), parameters.all().begin());

    const auto epoch = std::min(run.losses.size(), static_cast<std::size_t>(steps_per_epoch()));
    result.train_loss = mean(std::span(run.losses).last(epoch));
    result.epochs = static_cast<double>(result.steps) / static_cast<double>(steps_per_epoch());
    if (result.steps > 0)
        result.images_per_second = static_cast<double>(result.steps * options_.batch) / result.train_seconds.count();
    return std::move(run.result);
}

void Trainer::advance(Run& run) const {
    TrainResult& result = run.result;
    const std::int64_t per_epoch = steps_per_epoch();
    const BatchLabels& labels =
        run.loader.fill(result.steps / per_epoch, result.steps % per_epoch, run.executor.input());
    const double loss =
        run.step.compute_gradient(labels, {run.seed, static_cast<std::uint64_t>(result.steps), labels.samples});
    if (!std::isfinite(loss) || loss > options_.max_loss)
        return end(result, TrainResult::Status::diverged,
                   fmt::format("training loss {} at step {}", loss, result.steps));
    const double epoch = static_cast<double>(result.steps) / static_cast<double>(per_epoch);
    const double epochs = static_cast<double>(n_steps()) / static_cast<double>(per_epoch);
    const double norm = run.step.apply_gradient(optimizer_->learning_rate() * schedule_->factor(epoch, epochs));
    if (!std::isfinite(norm))
        return end(result, TrainResult::Status::diverged,
                   fmt::format("gradient norm {} at step {}", norm, result.steps));
    ++result.steps;
    run.losses.push_back(loss);
}

void Trainer::judge(const Network& network, const Parameters& parameters, const Poll& poll, TrainResult& result) const {
    if (!std::ranges::all_of(parameters.all(), [](float value) { return std::isfinite(value); }))
        return end(result, TrainResult::Status::diverged, "weights not finite at the end of training");
    Deployed deployed = deploy(network, parameters);
    const std::optional<Assessment> found =
        assess(deployed.network, deployed.parameters, device_,
               {task_.validation, task_.normalization, options_.evaluation_batch}, poll);
    if (!found) return end(result, TrainResult::Status::stopped, "stopped while judging");
    if (!std::isfinite(found->loss))
        return end(result, TrainResult::Status::diverged, fmt::format("validation loss {}", found->loss));
    result.validation_loss = found->loss;
    result.validation_top1 = found->top1;
    result.validation_top5 = found->top5;
}

}  // namespace hpnas

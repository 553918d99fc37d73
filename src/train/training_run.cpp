#include "hpnas/train/training_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/graph/passes.hpp"

namespace hpnas {
namespace {

/// The tensor of that name with `size` values. @throws DataError
template <class T>
const std::vector<T>& find(std::span<const NamedTensor> state, const std::string& name, std::size_t size) {
    for (const NamedTensor& tensor : state) {
        const auto* values = tensor.name == name ? std::get_if<std::vector<T>>(&tensor.values) : nullptr;
        if (values != nullptr && values->size() == size) return *values;
    }
    throw DataError(fmt::format("training: the saved state has no '{}' of {} values", name, size));
}

}  // namespace

TrainingRun::Plan::Plan(const Network& network, TrainingRun& run)
    : executor(network, run.parameters_, run.device_,
               {run.options_.examples_per_pass(), ExecutionMode::training, false}),
      step(executor, run.parameters_, run.method_.optimizer, *run.batches_, run.step_options(), run.ranks_) {}

TrainingRun::TrainingRun(const Network& network, Parameters& parameters, const TrainingTask& task,
                         TrainingMethod method, const TrainingOptions& options, const Device& device,
                         std::uint64_t seed, TrainingRanks ranks)
    : network_(network),
      parameters_(parameters),
      method_(method),
      options_(options),
      seed_(seed),
      ranks_(std::move(ranks)),
      batches_(task.training_batches(network, check_batch(options_, task.size(DataSplit::train), ranks_.count), seed)),
      device_(device),
      steps_per_epoch_(task.size(DataSplit::train) / options_.batch),
      n_steps_(std::max<std::int64_t>(1, std::llround(options_.epochs * static_cast<double>(steps_per_epoch_)))),
      losses_(static_cast<std::size_t>(steps_per_epoch_), 0.0) {
    compile();
    if (!root()) return;
    method_.optimizer.start(parameters);
    if (options_.ema_decay > 0) average_.start(parameters.all(), options_.ema_decay);
}

// The old plan goes first: both might not fit the arena.
void TrainingRun::compile() {
    plan_.reset();
    plan_epoch_ = step_ / steps_per_epoch_;
    if (!options_.drop_path_ramp) {
        plan_ = std::make_unique<Plan>(network_, *this);
        return;
    }
    const double epochs = static_cast<double>(n_steps_) / static_cast<double>(steps_per_epoch_);
    plan_ = std::make_unique<Plan>(scale_drop_path(network_, std::min(1.0, static_cast<double>(plan_epoch_) / epochs)),
                                   *this);
}

TrainingStep::Options TrainingRun::step_options() const {
    return {options_.batch / options_.examples_per_pass(), options_.clip_norm, options_.max_loss};
}

double TrainingRun::epochs_done() const noexcept {
    return static_cast<double>(step_) / static_cast<double>(steps_per_epoch_);
}

double TrainingRun::rate_factor() const {
    return method_.schedule.factor(epochs_done(),
                                   static_cast<double>(n_steps_) / static_cast<double>(steps_per_epoch_));
}

StepReport TrainingRun::step(bool stop) {
    if (options_.drop_path_ramp && step_ / steps_per_epoch_ != plan_epoch_) compile();
    const StepReport report =
        plan_->step.run({step_ / steps_per_epoch_, step_ % steps_per_epoch_, seed_, static_cast<std::uint64_t>(step_)},
                        method_.optimizer.learning_rate() * rate_factor(), stop);
    if (!report.applied) return report;
    losses_[static_cast<std::size_t>(step_ % steps_per_epoch_)] = report.loss;
    ++step_;
    if (root() && options_.ema_decay > 0) average_.update(parameters_.all());
    return report;
}

double TrainingRun::recent_loss() const {
    const std::int64_t n = std::min(step_, steps_per_epoch_);
    double sum = 0;
    for (std::int64_t s = step_ - n; s < step_; ++s) sum += losses_[static_cast<std::size_t>(s % steps_per_epoch_)];
    return n == 0 ? 0.0 : sum / static_cast<double>(n);
}

std::span<const float> TrainingRun::result() const noexcept {
    if (options_.ema_decay > 0) return average_.values();
    return std::as_const(parameters_).all();
}

std::vector<NamedTensor> TrainingRun::state() {
    const std::span<const float> weights = std::as_const(parameters_).all();
    std::vector<NamedTensor> tensors{{"position", std::vector<std::int64_t>{step_, average_.updates()}},
                                     {"weights", std::vector<float>(weights.begin(), weights.end())},
                                     {"losses", losses_}};
    if (options_.ema_decay > 0)
        tensors.push_back({"average", std::vector<float>(average_.values().begin(), average_.values().end())});
    const Optimizer::State optimizer = method_.optimizer.state();
    for (std::size_t i = 0; i < optimizer.buffers.size(); ++i)
        tensors.push_back({fmt::format("optimizer.{}", i),
                           std::vector<float>(optimizer.buffers[i].begin(), optimizer.buffers[i].end())});
    std::vector<double> numbers;
    for (const double* number : optimizer.numbers) numbers.push_back(*number);
    tensors.push_back({"optimizer.numbers", std::move(numbers)});
    return tensors;
}

void TrainingRun::restore(std::span<const NamedTensor> state) {
    const auto& position = find<std::int64_t>(state, "position", 2);
    const auto& weights = find<float>(state, "weights", parameters_.all().size());
    losses_ = find<double>(state, "losses", losses_.size());
    if (root()) {
        method_.optimizer.start(parameters_);
        const Optimizer::State optimizer = method_.optimizer.state();
        for (std::size_t i = 0; i < optimizer.buffers.size(); ++i)
            std::ranges::copy(find<float>(state, fmt::format("optimizer.{}", i), optimizer.buffers[i].size()),
                              optimizer.buffers[i].begin());
        const auto& numbers = find<double>(state, "optimizer.numbers", optimizer.numbers.size());
        for (std::size_t i = 0; i < numbers.size(); ++i) *optimizer.numbers[i] = numbers[i];
        if (options_.ema_decay > 0)
            average_.restore(find<float>(state, "average", weights.size()), options_.ema_decay, position[1]);
    }
    std::ranges::copy(weights, parameters_.all().begin());
    step_ = position[0];
}

}  // namespace hpnas

#include "hpnas/eval/training_evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <new>
#include <utility>

#include "hpnas/config/nearest.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/candidate_costs.hpp"
#include "hpnas/search/objective.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
enum Metric : std::size_t {
    val_ce,
    val_top1,
    val_top5,
    train_loss,
    params,
    macs,
    memory_bytes,
    latency_ms,
    energy_mj,
    epochs,
    train_seconds,
    images_per_second,
    n_metrics
};

const std::array<Quantity, n_metrics>& metric_list() {
    static const std::array<Quantity, n_metrics> list{
        Quantity{"val_ce", "nat", "cross-entropy on the validation images"},
        Quantity{"val_top1", "%", "top-1 accuracy on the validation images", true},
        Quantity{"val_top5", "%", "top-5 accuracy on the validation images", true},
        Quantity{"train_loss", "nat", "mean training loss of the last epoch, as trained (smoothed, mixed)"},
        Quantity{"params", "count", "trainable parameters"},
        Quantity{"macs", "count", "multiply-accumulates of one image's forward pass"},
        Quantity{"memory_bytes", "bytes", "most activations alive at a time in one image's forward pass"},
        Quantity{"latency_ms", "ms", "predicted time of one forward pass as deployed"},
        Quantity{"energy_mj", "mJ", "energy of one image's forward pass as deployed"},
        Quantity{"epochs", "1", "passes over the training images"},
        Quantity{"train_seconds", "s", "time spent training"},
        Quantity{"images_per_second", "1/s", "training speed"}};
    return list;
}

const EvaluatorContext& checked(const EvaluatorContext& context, const TrainingEvaluatorOptions& options) {
    if (context.space == nullptr || context.device == nullptr || context.task == nullptr || context.training == nullptr)
        throw ConfigError("objective 'train': trains on images: add the key 'data'");
    if (options.alpha > 0) check_cost_model("latency_ms", context, "objective 'train': alpha");
    check_cost_models(options.limits, context, "objective 'train'");
    return context;
}

constexpr double mebibyte = 1024.0 * 1024.0;

std::string memory_reason(const Network& network, const Device& device, std::int64_t batch) {
    const Cost cost = network.cost();
    // Values kept for the backward pass and the parameters with their gradients: what any plan needs at least.
    const double needed = static_cast<double>(cost.activation_bytes) * static_cast<double>(batch) +
                          8.0 * static_cast<double>(cost.parameters);
    const std::size_t limit = device.arena.limit();
    const std::string room = limit == 0 ? std::string("more than the machine has left")
                                        : fmt::format("the limit is {:.0f} MiB", static_cast<double>(limit) / mebibyte);
    return fmt::format("out of memory: training at batch {} needs about {:.0f} MiB; {}", batch, needed / mebibyte,
                       room);
}

}  // namespace

std::uint64_t candidate_seed(std::uint64_t run_seed, std::int64_t candidate) noexcept {
    Rng rng(run_seed, Purpose::initialisation, static_cast<std::uint64_t>(candidate));
    const std::uint64_t high = rng();
    return (high << 32) | rng();
}

TrainingEvaluator::TrainingEvaluator(TrainingEvaluatorOptions options, const EvaluatorContext& context)
    : options_(std::move(options)),
      context_(checked(context, options_)),
      limits_(limited_quantities(options_.limits, *context_.space)),
      objectives_{{"objective", "nat", "validation cross-entropy + alpha * latency^beta"}},
      trainer_(*context_.task, *context_.device, *context_.training) {
    for (const std::string& name : options_.objectives) add_objective(name);
}

void TrainingEvaluator::add_objective(const std::string& name) {
    static constexpr std::array<std::string_view, 5> known{"latency", "energy", "params", "macs", "memory"};
    if (std::find(known.begin(), known.end(), name) == known.end())
        throw ConfigError(fmt::format("objective 'train': objectives: {}", unknown_name(name, known)));
    const std::string metric = cost_metric_of(name);
    check_cost_model(metric, context_, "objective 'train': objectives");
    const auto found = std::find_if(metric_list().begin(), metric_list().end(),
                                    [&](const Quantity& quantity) { return quantity.name == metric; });
    const auto index = static_cast<std::size_t>(found - metric_list().begin());
    if (std::find(cost_objectives_.begin(), cost_objectives_.end(), index) != cost_objectives_.end())
        throw ConfigError(fmt::format("objective 'train': objectives: '{}' is there twice", name));
    cost_objectives_.push_back(index);
    objectives_.push_back({"objective_" + metric, found->unit, found->doc});
}

std::vector<std::string> TrainingEvaluator::facts() const {
    return context_.energy == nullptr ? std::vector<std::string>() : context_.energy->facts();
}

std::span<const Quantity> TrainingEvaluator::metrics() const noexcept { return metric_list(); }
std::size_t TrainingEvaluator::n_deterministic_metrics() const noexcept { return train_seconds; }

std::optional<Evaluation> TrainingEvaluator::do_evaluate(const Candidate& candidate, const Poll& poll) {
    const Network network = context_.space->decode(candidate.encoding);
    const CandidateCost cost = candidate_costs(network, candidate.encoding, context_, limits_);
    Evaluation evaluation;
    evaluation.metrics.assign(n_metrics, unknown);
    evaluation.metrics[params] = cost.params;
    evaluation.metrics[macs] = cost.macs;
    evaluation.metrics[memory_bytes] = cost.memory_bytes;
    evaluation.metrics[latency_ms] = cost.latency_ms;
    evaluation.metrics[energy_mj] = cost.energy_mj;
    if (auto reason = refusal(cost, context_, limits_)) {
        evaluation.status = EvalStatus::infeasible;
        evaluation.reason = std::move(*reason);
        return evaluation;
    }
    try {
        return train(candidate, network, evaluation, poll);
    } catch (const std::bad_alloc&) {
        evaluation.status = EvalStatus::failed;
        evaluation.reason = memory_reason(network, *context_.device, context_.training->batch);
        return evaluation;
    }
}

std::optional<Evaluation> TrainingEvaluator::train(const Candidate& candidate, const Network& network,
                                                   Evaluation evaluation, const Poll& poll) {
    const TrainResult result = trainer_.run(network, candidate_seed(context_.seed, candidate.id), poll);
    if (result.status == TrainResult::Status::stopped) return std::nullopt;
    std::vector<double>& m = evaluation.metrics;
    m[train_loss] = result.train_loss;
    m[epochs] = result.epochs;
    m[train_seconds] = result.train_seconds.count();
    m[images_per_second] = result.images_per_second;
    if (result.status != TrainResult::Status::ok) {
        evaluation.status = EvalStatus::failed;
        evaluation.reason = result.reason;
        return evaluation;
    }
    m[val_ce] = result.validation_loss;
    m[val_top1] = result.validation_top1;
    m[val_top5] = result.validation_top5;
    const LatencyPenalty penalty{options_.alpha, options_.beta};
    evaluation.objectives = {context_.latency == nullptr ? m[val_ce] : penalty(m[val_ce], m[latency_ms])};
    for (const std::size_t metric : cost_objectives_) evaluation.objectives.push_back(m[metric]);
    return evaluation;
}

}  // namespace hpnas

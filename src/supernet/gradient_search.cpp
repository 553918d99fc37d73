#include "hpnas/supernet/gradient_search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/builtin.hpp"
#include "hpnas/supernet/divergence.hpp"
#include "hpnas/train/gradient_norm.hpp"

namespace hpnas {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

BatchLoader make_loader(const ImageSubset& images, const ImageTask& task, const Supernet& supernet,
                        const GradientSearchOptions& options, std::uint64_t seed) {
    const Shape& image = supernet.network.node(supernet.network.inputs()[0]).shape;
    return {images, task.normalization, {options.batch, image[0], image[1], seed, options.augmentation}};
}

template <class Component, class Registry>
std::unique_ptr<Component> make_component(const Registry& registry, const ConfigNode& node, const char* path) {
    Diagnostics diagnostics;
    auto component = registry.make(node, path, diagnostics);
    diagnostics.throw_if_any();
    return component;
}

/// What ranks average besides the gradient.
std::vector<double*> shared_numbers(StepReport& report) {
    TermReport& loss = report.loss;
    std::vector<double*> all{&loss.discrete,      &loss.relaxed,        &loss.discrete_square, &loss.relaxed_square,
                             &loss.product,       &loss.control_scale,  &report.train,         &report.validation,
                             &report.share_above, &report.share_skipped};
    for (TermReport& term : report.more) all.insert(all.end(), {&term.discrete, &term.relaxed});
    return all;
}

}  // namespace

GradientSearch::GradientSearch(const SearchSpace& space, const ImageTask& task, const Device& device,
                               const GradientSearchOptions& options, std::uint64_t seed, SearchRanks ranks)
    : options_(options),
      seed_(seed),
      ranks_(std::move(ranks)),
      supernet_(make_supernet(space)),
      parameters_(supernet_.network),
      optimizer_(make_component<Optimizer>(optimizers(), options.optimizer, "optimizer")),
      estimator_(make_component<GradientEstimator>(estimators(), options.estimator, "estimator")),
      architecture_(space.decisions()),
      logit_adam_(options.logits, supernet_.groups.total()),
      objective_(supernet_, parameters_, device, options.batch, task.n_classes(), options.loss),
      terms_{&objective_},
      train_(make_loader(task.train, task, supernet_, options, seed)),
      validation_(make_loader(task.validation, task, supernet_, options, seed)),
      chunks_(make_chunks(parameters_)),
      steps_per_epoch_(train_.n_batches() / ranks_.count),
      statistics_(supernet_.groups.total()) {
    if (steps_per_epoch_ == 0 || validation_.n_batches() < ranks_.count)
        throw DataError(fmt::format(
            "gradient search: expected at least {} train and validation images, a batch of {} "
            "for each of {} ranks, got {} and {}",
            options.batch * ranks_.count, options.batch, ranks_.count, train_.n_images(), validation_.n_images()));
    parameters_.initialize(seed);
    optimizer_->start(parameters_);
}

void GradientSearch::add_term(RelaxedObjective& term) {
    terms_.push_back(&term);
    statistics_ = SearchStatistics(supernet_.groups.total(), terms_.size() - 1);
}

double GradientSearch::progress() const noexcept {
    return static_cast<double>(step_ - warmup_steps()) / static_cast<double>(steps_per_epoch_ * options_.epochs);
}

std::uint64_t GradientSearch::stream() const noexcept {
    return options_.shared_noise ? 0 : static_cast<std::uint64_t>(ranks_.rank);
}

StepReport GradientSearch::step() {
    if (finished()) throw InternalError("gradient search: a step after the last");
    StepReport report{.step = step_, .warm_up = step_ < warmup_steps()};
    if (step_ == warmup_steps() && step_ > 0) optimizer_->start(parameters_);  // moments of another objective
    load(objective_.train(), train_, step_);
    objective_.set_step(seed_, static_cast<std::uint64_t>(step_));
    report.train = report.validation = report.share_above = report.share_skipped = nan;
    report.more.resize(terms_.size() - 1);
    const std::vector<double> points = report.warm_up ? warm_points() : move_architecture(report);
    move_weights(points, report);
    statistics_.add(report);
    ++step_;
    epoch_report_.reset();
    if (step_ % steps_per_epoch_ == 0) close_epoch();
    return report;
}

/// @param step  counts the loader's batches over all its epochs, per rank
void GradientSearch::load(SupernetObjective::Batch& batch, BatchLoader& loader, std::int64_t step) {
    const std::int64_t per_epoch = loader.n_batches() / ranks_.count;
    const std::int64_t index = step % per_epoch * ranks_.count + ranks_.rank;
    objective_.set_labels(batch, loader.fill(step / per_epoch, index, batch.images));
}

std::vector<double> GradientSearch::warm_points() const {
    const SoftenedLaw law(supernet_.groups, architecture_.logits(), 0);
    const std::size_t rows = options_.warmup_per_example ? static_cast<std::size_t>(options_.batch) : 1;
    std::vector<double> uniforms(rows * supernet_.groups.total());
    draw_uniforms({.seed = seed_, .step = static_cast<std::uint64_t>(step_), .stream = stream()}, 0, uniforms);
    return gumbel_sample(law, uniforms, options_.warmup_temperature).relaxed;
}

std::vector<double> GradientSearch::move_architecture(StepReport& report) {
    if (objective_.needs_validation()) load(objective_.validation(), validation_, step_ - warmup_steps());
    Estimate estimate = estimator_->estimate(architecture_.logits(), terms_,
                                             {seed_, static_cast<std::uint64_t>(step_), stream(), progress()});
    const bool relaxed = estimator_->info().relaxed_passes > 0;
    const SupernetObjective::Report& seen = relaxed ? objective_.relaxed() : objective_.discrete();
    report.loss = estimate.terms.front();
    std::copy(estimate.terms.begin() + 1, estimate.terms.end(), report.more.begin());
    report.train = seen.train;
    report.validation = seen.validation;
    report.share_above = seen.share_above;
    report.share_skipped = seen.share_skipped;
    statistics_.add_gradient(estimate.score, estimate.path);
    average(estimate, report);
    estimator_->observe(estimate.statistics);
    logit_adam_.step(architecture_.logits(), estimate.gradient, progress());
    return std::move(estimate.points);
}

void GradientSearch::average(Estimate& estimate, StepReport& report) const {
    if (!ranks_.average_doubles) return;
    const auto numbers = shared_numbers(report);
    std::vector<double> all = estimate.gradient;
    all.insert(all.end(), estimate.statistics.begin(), estimate.statistics.end());
    for (const double* number : numbers) all.push_back(*number);
    ranks_.average_doubles(all);
    auto at = all.begin();
    for (double& value : estimate.gradient) value = *at++;
    for (double& value : estimate.statistics) value = *at++;
    for (double* number : numbers) *number = *at++;
}

void GradientSearch::move_weights(std::span<const double> points, StepReport& report) {
    report.weight_loss = objective_.weight_gradient(points);
    const std::span<float> gradients = objective_.executor().gradients();
    // One rank's failure must be every rank's: a NaN reaches them all.
    if (!std::isfinite(report.weight_loss)) std::ranges::fill(gradients, std::numeric_limits<float>::quiet_NaN());
    if (ranks_.average_floats) ranks_.average_floats(gradients);
    if (ranks_.average_doubles) ranks_.average_doubles(std::span(&report.weight_loss, 1));
    report.gradient_norm = gradient_norm(chunks_, gradients);
    if (!std::isfinite(report.gradient_norm))
        throw DivergenceError(
            fmt::format("gradient search: step {}: the weights' loss is {}, its gradient {}; a lower "
                        "learning rate of the optimizer helps",
                        step_, report.weight_loss, report.gradient_norm));
    const double highest = optimizer_->learning_rate();
    const double rate = report.warm_up ? highest : cosine_between(highest, options_.learning_rate_end, progress());
    optimizer_->step(parameters_.trainable(), gradients, {rate, clip_factor(report.gradient_norm, options_.clip_norm)});
}

void GradientSearch::close_epoch() {
    epoch_report_ = statistics_.report();
    epoch_report_->epoch = step_ / steps_per_epoch_ - 1;
    epoch_report_->probabilities = architecture_.probabilities();
    epoch_report_->entropies = architecture_.entropies();
    epoch_report_->most_likely = derived();
    statistics_.clear();
}

std::vector<double> GradientSearch::validation_losses(std::span<const Encoding> encodings) {
    std::vector<double> losses(encodings.size(), 0.0);
    const std::int64_t n_batches = validation_.n_batches() / ranks_.count;
    for (std::int64_t i = 0; i < n_batches; ++i) {
        load(objective_.validation(), validation_, i);
        for (std::size_t c = 0; c < encodings.size(); ++c) losses[c] += objective_.validation_loss(encodings[c]);
    }
    if (ranks_.average_doubles) ranks_.average_doubles(losses);
    for (double& loss : losses) loss /= static_cast<double>(n_batches);
    return losses;
}

std::vector<NamedTensor> GradientSearch::state() {
    const std::span<const float> weights = std::as_const(parameters_).all();
    const std::span<const double> logits = std::as_const(architecture_).logits();
    const auto signed_bits = [](std::uint64_t x) { return static_cast<std::int64_t>(x); };
    std::vector<NamedTensor> tensors{
        {"position", std::vector<std::int64_t>{step_, signed_bits(seed_), signed_bits(supernet_.network.hash())}},
        {"weights", std::vector<float>(weights.begin(), weights.end())},
        {"logits", std::vector<double>(logits.begin(), logits.end())},
        {"logit_adam", logit_adam_.state()},
        {"estimator", estimator_->state()},
        {"statistics", statistics_.state()}};
    const Optimizer::State optimizer = optimizer_->state();
    for (std::size_t i = 0; i < optimizer.buffers.size(); ++i)
        tensors.push_back({fmt::format("optimizer.{}", i),
                           std::vector<float>(optimizer.buffers[i].begin(), optimizer.buffers[i].end())});
    std::vector<double> numbers;
    for (const double* number : optimizer.numbers) numbers.push_back(*number);
    tensors.push_back({"optimizer.numbers", std::move(numbers)});
    return tensors;
}

namespace {

/// The tensor of that name and of `size` elements, if that is not negative. @throws DataError
template <class T>
const std::vector<T>& find(std::span<const NamedTensor> state, const std::string& name, std::ptrdiff_t size) {
    const std::vector<T>& values = tensor_of<T>(state, name);
    if (size >= 0 && std::ssize(values) != size)
        throw DataError(fmt::format("gradient search: '{}': expected {} values, the saved state has {}", name, size,
                                    values.size()));
    return values;
}

}  // namespace

void GradientSearch::restore(std::span<const NamedTensor> state) {
    const auto& position = find<std::int64_t>(state, "position", 3);
    if (static_cast<std::uint64_t>(position[1]) != seed_ ||
        static_cast<std::uint64_t>(position[2]) != supernet_.network.hash())
        throw DataError("gradient search: the saved state is of another seed or supernet");
    const auto& weights = find<float>(state, "weights", std::ssize(parameters_.all()));
    const auto& logits = find<double>(state, "logits", std::ssize(architecture_.logits()));
    optimizer_->start(parameters_);
    const Optimizer::State optimizer = optimizer_->state();
    for (std::size_t i = 0; i < optimizer.buffers.size(); ++i)
        std::ranges::copy(find<float>(state, fmt::format("optimizer.{}", i), std::ssize(optimizer.buffers[i])),
                          optimizer.buffers[i].begin());
    const auto& numbers = find<double>(state, "optimizer.numbers", std::ssize(optimizer.numbers));
    for (std::size_t i = 0; i < numbers.size(); ++i) *optimizer.numbers[i] = numbers[i];
    logit_adam_.restore(find<double>(state, "logit_adam", -1));
    estimator_->restore(find<double>(state, "estimator", -1));
    statistics_.restore(find<double>(state, "statistics", -1));
    std::ranges::copy(weights, parameters_.all().begin());
    std::ranges::copy(logits, architecture_.logits().begin());
    step_ = position[0];
    epoch_report_.reset();
}

}  // namespace hpnas

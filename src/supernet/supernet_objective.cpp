#include "hpnas/supernet/supernet_objective.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "hpnas/kernel/loss.hpp"
#include "hpnas/supernet/sampling.hpp"
#include "hpnas/train/loss.hpp"

namespace hpnas {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double mean(std::span<const double> values) {
    return values.empty() ? nan
                          : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

void SupernetLossOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> sets{"train", "validation"};
    v.group({"gap", "generalisation gap"}, gap);
    v.choice({"images", "whose loss architectures are judged by, if lambda is 0"}, images, sets);
    v.number({"duplicate_weight", "loss per node whose two branches are the same", 0, 1e3}, duplicate_weight);
    v.number(
        {"skip_below", "options of a smaller weight are left out of relaxed passes (UNAS: 0.05, a small bias)", 0, 1},
        skip_below);
}

SupernetObjective::SupernetObjective(const Supernet& supernet, Parameters& parameters, const Device& device,
                                     std::int64_t batch, std::int64_t n_classes, SupernetLossOptions options)
    : supernet_(supernet),
      n_classes_(n_classes),
      options_(std::move(options)),
      forward_only_(supernet, parameters, device, batch, false),
      full_(supernet, parameters, device, batch, true),
      losses_(static_cast<std::size_t>(batch)),
      diff_logits_(static_cast<std::size_t>(batch * n_classes)),
      relaxed_{nan, nan, nan, nan},
      discrete_{nan, nan, nan, nan} {
    for (Batch* data : {&train_, &validation_}) {
        data->images.resize(full_.images().size());
        data->targets.resize(diff_logits_.size());
        data->samples.resize(losses_.size());
    }
}

void SupernetObjective::set_labels(Batch& batch, const BatchLabels& labels) const {
    make_targets(labels, 0.0, n_classes_, batch.targets);
    batch.samples.assign(labels.samples.begin(), labels.samples.end());
}

void SupernetObjective::set_step(std::uint64_t seed, std::uint64_t step) noexcept {
    seed_ = seed;
    step_ = step;
}

/// Losses of the examples; the gradient of their sum by the logits stays in diff_logits_.
std::vector<double> SupernetObjective::forward(RelaxedExecutor& network, const Batch& batch) {
    std::ranges::copy(batch.images, network.images().begin());
    network.executor().forward(context(batch));
    kernel::CrossEntropy loss;
    loss.logits = network.executor().output().data();
    loss.targets = batch.targets.data();
    loss.loss = losses_.data();
    loss.diff_logits = diff_logits_.data();
    kernel::softmax_cross_entropy(loss, network.executor().batch(), n_classes_);
    return {losses_.begin(), losses_.end()};
}

/// Backward of the last forward pass of full_. @param slopes  of the objective by each example's loss
void SupernetObjective::backward(const Batch& batch, std::span<const double> slopes, std::span<double> gradients) {
    const std::span<float> diff = full_.executor().output_gradient();
    for (std::size_t i = 0; i < diff.size(); ++i)
        diff[i] = diff_logits_[i] * static_cast<float>(slopes[i / static_cast<std::size_t>(n_classes_)]);
    full_.executor().backward(context(batch));
    if (!gradients.empty()) full_.add_point_gradients(gradients);
}

GapLoss SupernetObjective::combine(std::span<const double> train, std::span<const double> validation,
                                   Report& report) const {
    GapLoss loss;
    if (options_.gap.lambda > 0) {
        loss = generalisation_gap(train, validation, options_.gap);
        report.share_above = loss.share_above;
    } else {
        const bool on_train = options_.images == "train";
        const std::span<const double> used = on_train ? train : validation;
        loss.losses.assign(used.begin(), used.end());
        loss.train_slopes.assign(used.size(), on_train ? 1.0 : 0.0);
        loss.val_slopes.assign(used.size(), on_train ? 0.0 : 1.0);
    }
    report.train = mean(train);
    report.validation = mean(validation);
    return loss;
}

double SupernetObjective::penalty(std::span<const double> point, std::span<double> gradient) const {
    if (supernet_.duplicates.empty() || options_.duplicate_weight == 0) return 0;
    return add_duplicate_branches(groups(), supernet_.duplicates, options_.duplicate_weight, point, gradient);
}

/// One loss per row: each example's, or their mean.
void SupernetObjective::reduce(std::span<const double> per_example, std::span<double> losses) const {
    if (losses.size() == per_example.size())
        std::ranges::copy(per_example, losses.begin());
    else
        losses[0] = mean(per_example);
}

void SupernetObjective::do_value(std::span<const std::int16_t> choices, std::span<double> losses) {
    const std::vector<double> points = vertices(groups(), choices);
    forward_only_.set_points(points, 0);
    const bool trains = options_.gap.lambda > 0 || options_.images == "train";
    const std::vector<double> train = trains ? forward(forward_only_, train_) : std::vector<double>{};
    const std::vector<double> val = needs_validation() ? forward(forward_only_, validation_) : std::vector<double>{};
    reduce(combine(train, val, discrete_).losses, losses);
    discrete_.share_skipped = forward_only_.share_skipped();
    std::vector<double> unused(groups().total());
    for (std::size_t row = 0; row < losses.size(); ++row)
        losses[row] += penalty(std::span(points).subspan(row * groups().total(), groups().total()), unused);
}

// The sign of the gap is needed before the first backward pass, and values of one batch only are kept: so validation
// losses come from a pass of their own, which is repeated for its gradient.
void SupernetObjective::do_value_and_grad(std::span<const double> points, std::span<double> losses,
                                          std::span<double> gradients) {
    const bool gap = options_.gap.lambda > 0, trains = gap || options_.images == "train";
    std::ranges::fill(gradients, 0.0);
    full_.set_points(points, options_.skip_below);
    full_.executor().want_weight_gradients(false);
    std::vector<double> train, validation;
    if (gap) {
        forward_only_.set_points(points, options_.skip_below);
        validation = forward(forward_only_, validation_);
    }
    if (trains)
        train = forward(full_, train_);
    else
        validation = forward(full_, validation_);
    GapLoss loss = combine(train, validation, relaxed_);
    relaxed_.share_skipped = full_.share_skipped();
    reduce(loss.losses, losses);
    const double share = losses.size() == loss.losses.size() ? 1.0 : 1.0 / static_cast<double>(loss.losses.size());
    for (std::vector<double>* slopes : {&loss.train_slopes, &loss.val_slopes})
        for (double& slope : *slopes) slope *= share;
    if (trains) backward(train_, loss.train_slopes, gradients);
    if (gap) forward(full_, validation_);
    if (needs_validation()) backward(validation_, loss.val_slopes, gradients);
    const std::size_t total = groups().total();
    for (std::size_t row = 0; row < losses.size(); ++row)
        losses[row] += penalty(points.subspan(row * total, total), gradients.subspan(row * total, total));
}

double SupernetObjective::validation_loss(const Encoding& x) {
    forward_only_.set_points(vertices(groups(), x), 0);
    return mean(forward(forward_only_, validation_));
}

double SupernetObjective::weight_gradient(std::span<const double> points) {
    full_.set_points(points, options_.skip_below);
    full_.executor().want_weight_gradients(true);
    const std::vector<double> losses = forward(full_, train_);
    const double loss = mean(losses);
    const std::vector<double> slopes(losses.size(), 1.0 / static_cast<double>(losses.size()));
    if (std::isfinite(loss)) backward(train_, slopes, {});
    return loss;
}

}  // namespace hpnas

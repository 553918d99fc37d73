#include "hpnas/train/fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/train/deploy.hpp"

namespace hpnas {
namespace {

constexpr std::size_t n_point_numbers = 7;  // of a LearningPoint besides its metrics

void append(std::vector<double>& row, const LearningPoint& point) {
    row.insert(row.end(), {static_cast<double>(point.step), point.epoch, point.learning_rate, point.train_loss,
                           point.gradient_norm, point.seconds, point.examples_per_second});
    row.insert(row.end(), point.validation.begin(), point.validation.end());
}

LearningPoint point_of(std::span<const double> row) {
    LearningPoint point{static_cast<std::int64_t>(row[0]), row[1], row[2], row[3], row[4], {}, row[5], row[6]};
    point.validation.assign(row.begin() + n_point_numbers, row.end());
    return point;
}

template <class T>
const std::vector<T>* find(std::span<const NamedTensor> state, std::string_view name) {
    for (const NamedTensor& tensor : state)
        if (tensor.name == name) return std::get_if<std::vector<T>>(&tensor.values);
    return nullptr;
}

}  // namespace

Fit::Fit(const Network& network, Parameters& parameters, const TrainingTask& task, TrainingMethod method,
         const TrainingOptions& options, const FitOptions& fit, const Device& device, std::uint64_t seed,
         TrainingRanks ranks)
    : network_(network),
      task_(task),
      method_(method),
      options_(options),
      fit_(fit),
      device_(device),
      ranks_(std::move(ranks)),
      run_(network, parameters, task, method, options, device, seed, ranks_) {}

bool Fit::due() const noexcept {
    const auto judged = [this](std::int64_t step) {
        return std::floor(static_cast<double>(step) / static_cast<double>(run_.steps_per_epoch()) / fit_.every_epochs);
    };
    return run_.finished() || judged(run_.step_count()) > judged(run_.step_count() - 1);
}

Fit::Event Fit::advance(bool stop) {
    if (status_ != Status::running) throw InternalError("fit: a step after the end");
    Event event;
    const auto start = std::chrono::steady_clock::now();
    last_ = run_.step(stop);
    seconds_ += std::chrono::steady_clock::now() - start;
    event.stop = last_.stop;
    if (!last_.applied) {
        status_ = Status::diverged;
        reason_ = fmt::format(
            "step {}: the loss is {:.6g} nat, the norm of its gradient {:.6g}; a lower learning rate "
            "or a longer warm-up may help",
            run_.step_count(), last_.loss, last_.gradient_norm);
        return event;
    }
    ++since_;
    if (due()) judge(event);
    if (status_ == Status::running && run_.finished()) status_ = Status::finished;
    return event;
}

void Fit::judge(Event& event) {
    AssessmentOptions options{.split = DataSplit::validation, .batch = options_.evaluation_batch, .ranks = ranks_};
    LearningPoint point;
    point.step = run_.step_count();
    point.epoch = run_.epochs_done();
    point.learning_rate = method_.optimizer.learning_rate() * run_.rate_factor();
    point.train_loss = run_.recent_loss();
    point.gradient_norm = last_.gradient_norm;
    point.seconds = seconds_.count();
    point.examples_per_second = static_cast<double>(since_ * options_.batch) / std::max(seconds_.count(), 1e-9);
    point.validation = judge_weights(task_, network_, run_.result(), device_, options);
    history_.push_back(std::move(point));
    seconds_ = Seconds(0);
    since_ = 0;
    event.judged = true;
    const std::vector<double>& metrics = history_.back().validation;
    if (!std::isfinite(metrics.front())) {
        status_ = Status::diverged;
        reason_ = fmt::format("the validation loss after {} steps is {}", run_.step_count(), metrics.front());
        return;
    }
    const double now = metrics[task_.leading_metric()];
    event.improved = history_.size() == 1 || better(now, history_[best_point_].validation[task_.leading_metric()]);
    if (event.improved) {
        best_point_ = history_.size() - 1;
        best_.assign(run_.result().begin(), run_.result().end());
    }
    if (fit_.target && !better(*fit_.target, now)) status_ = Status::target;
}

bool Fit::better(double a, double b) const { return task_.metrics()[task_.leading_metric()].maximise ? a > b : a < b; }

std::vector<NamedTensor> Fit::state() {
    std::vector<NamedTensor> tensors = run_.state();
    std::vector<double> rows;
    for (const LearningPoint& point : history_) append(rows, point);
    tensors.push_back({"history", std::move(rows)});
    tensors.push_back({"best", best_});
    tensors.push_back({"fit", std::vector<std::int64_t>{static_cast<std::int64_t>(best_point_),
                                                        static_cast<std::int64_t>(status_), since_}});
    tensors.push_back({"fit.seconds", std::vector<double>{seconds_.count(), last_.gradient_norm}});
    return tensors;
}

void Fit::restore(std::span<const NamedTensor> state) {
    run_.restore(state);
    const auto* rows = find<double>(state, "history");
    const auto* best = find<float>(state, "best");
    const auto* fit = find<std::int64_t>(state, "fit");
    const auto* seconds = find<double>(state, "fit.seconds");
    if (rows == nullptr || best == nullptr || fit == nullptr || fit->size() != 3 || seconds == nullptr ||
        seconds->size() != 2)
        throw DataError("training: the saved state has no learning curve");
    restore_history(*rows);
    if (ranks_.rank == 0) best_ = *best;
    best_point_ = static_cast<std::size_t>((*fit)[0]);
    status_ = static_cast<Status>((*fit)[1]);
    since_ = (*fit)[2];
    seconds_ = Seconds(seconds->front());
}

void Fit::restore_history(std::span<const double> rows) {
    const std::size_t width = n_point_numbers + task_.metrics().size();
    if (rows.size() % width != 0) throw DataError("training: the saved learning curve has other metrics");
    history_.clear();
    for (std::size_t row = 0; row < rows.size() / width; ++row)
        history_.push_back(point_of(rows.subspan(row * width, width)));
}

std::vector<double> judge_weights(const TrainingTask& task, const Network& network, std::span<const float> weights,
                                  const Device& device, const AssessmentOptions& options) {
    if (task.size(options.split) == 0) throw DataError("training: there are no examples to judge with");
    Parameters parameters(network);
    if (options.ranks.rank == 0) std::ranges::copy(weights, parameters.all().begin());
    if (options.ranks.count > 1) options.ranks.broadcast(parameters.all());
    Deployed deployed = deploy(task.deployed(network), parameters);
    return assess(task, deployed.network, deployed.parameters, device, options).value();
}

}  // namespace hpnas

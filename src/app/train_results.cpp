#include "hpnas/app/train_results.hpp"

#include <fmt/format.h>

#include <limits>

namespace hpnas {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

template <class T, class Get>
Column column(std::string name, std::string unit, std::string doc, const std::vector<LearningPoint>& history, Get get) {
    std::vector<T> values;
    for (const LearningPoint& point : history) values.push_back(get(point));
    return {std::move(name), std::move(unit), std::move(doc), std::move(values), {}};
}

Column steps(const std::vector<LearningPoint>& history) {
    return column<std::int64_t>("step", "count", "optimiser steps done", history,
                                [](const LearningPoint& point) { return point.step; });
}

/// The network that is deployed: without what only training needs.
Cost cost_of(const TrainingBench& bench) { return bench.task().deployed(bench.network()).cost(); }

template <class T>
Column cell(std::string name, std::string unit, std::string doc, T value) {
    return {std::move(name), std::move(unit), std::move(doc), std::vector<T>{std::move(value)}, {}};
}

Table ranking_of(const TrainingBench& bench, const std::vector<double>& validation, const Cost& cost) {
    Table table{"ranking", "the trained network", {}};
    table.columns = {cell<std::int64_t>("rank", "1", "place, from 1", 1),
                     cell<std::int64_t>("candidate_id", "1", "candidate", 0),
                     cell<double>("params", "count", "trainable parameters", static_cast<double>(cost.parameters)),
                     cell<double>("macs", "count", "multiply-accumulates per example", static_cast<double>(cost.macs)),
                     cell<std::string>("arch", "", "architecture", bench.space().format(bench.encoding()))};
    for (std::size_t i = 0; i < validation.size(); ++i) {
        const TaskMetric& metric = bench.task().metrics()[i];
        table.columns.push_back(
            cell<double>("val_" + metric.name, metric.unit, metric.doc + " on the validation examples", validation[i]));
    }
    return table;
}

}  // namespace

RunIdentity training_identity(const TrainingBench& bench, int threads) {
    RunIdentity identity;
    identity.config = bench.identity_text(threads);
    identity.decisions.assign(bench.space().decisions().begin(), bench.space().decisions().end());
    identity.seed = static_cast<std::uint64_t>(bench.config().run.seed);
    const std::span<const TaskMetric> metrics = bench.task().metrics();
    identity.objectives = {{"objective", metrics[0].unit, "validation " + metrics[0].doc}};
    for (const char* split : {"val", "test"})
        for (const TaskMetric& metric : metrics)
            identity.metrics.push_back({fmt::format("{}_{}", split, metric.name), metric.unit,
                                        fmt::format("{} on the {} examples", metric.doc,
                                                    split == std::string_view("val") ? "validation" : "test"),
                                        metric.maximise});
    identity.metrics.push_back({"params", "count", "trainable parameters"});
    identity.metrics.push_back({"macs", "count", "multiply-accumulates per example"});
    identity.metrics.push_back({"epochs", "1", "passes over the training examples until the best weights"});
    return identity;
}

Table learning_curve(const TrainingTask& task, const std::vector<LearningPoint>& history) {
    Table table{"training/epochs", "learning curve, a row per judgement of the weights as deployed", {}};
    table.columns = {column<double>("epoch", "1", "passes over the training examples", history,
                                    [](const LearningPoint& point) { return point.epoch; }),
                     steps(history),
                     column<double>("learning_rate", "1", "of the next step", history,
                                    [](const LearningPoint& point) { return point.learning_rate; }),
                     column<double>("train_loss", "nat", "mean over the last epoch, as trained (smoothed, mixed)",
                                    history, [](const LearningPoint& point) { return point.train_loss; }),
                     column<double>("gradient_norm", "1", "of the last step, before clipping", history,
                                    [](const LearningPoint& point) { return point.gradient_norm; })};
    for (std::size_t i = 0; i < task.metrics().size(); ++i) {
        const TaskMetric& metric = task.metrics()[i];
        table.columns.push_back(column<double>("val_" + metric.name, metric.unit,
                                               metric.doc + " on the validation examples", history,
                                               [i](const LearningPoint& point) { return point.validation[i]; }));
    }
    return table;
}

Table epoch_times(const std::vector<LearningPoint>& history) {
    return {"timing/epochs",
            "speed of training, a row per judgement",
            {steps(history),
             column<double>("seconds", "s", "spent on steps since the row before", history,
                            [](const LearningPoint& point) { return point.seconds; }),
             column<double>("examples_per_second", "1/s", "of training, all ranks together", history,
                            [](const LearningPoint& point) { return point.examples_per_second; })}};
}

void add_outcome(ResultStore& results, const TrainingBench& bench, const Fit& fit, const std::vector<double>& test) {
    const std::size_t n_metrics = bench.task().metrics().size();
    const Cost cost = cost_of(bench);
    Evaluation evaluation;
    evaluation.candidate = 0;
    evaluation.metrics.assign(2 * n_metrics + 3, unknown);
    evaluation.metrics[2 * n_metrics] = static_cast<double>(cost.parameters);
    evaluation.metrics[2 * n_metrics + 1] = static_cast<double>(cost.macs);
    if (fit.status() == Fit::Status::diverged) {
        evaluation.status = EvalStatus::failed;
        evaluation.reason = fit.reason();
    } else {
        const LearningPoint& best = fit.history()[fit.best_point()];
        evaluation.objectives = {best.validation.front()};
        std::copy(best.validation.begin(), best.validation.end(), evaluation.metrics.begin());
        std::copy(test.begin(), test.end(), evaluation.metrics.begin() + static_cast<std::ptrdiff_t>(n_metrics));
        evaluation.metrics[2 * n_metrics + 2] = best.epoch;
        results.set_table(ranking_of(bench, best.validation, cost));
    }
    for (const LearningPoint& point : fit.history()) evaluation.wall += Seconds(point.seconds);
    results.add(Candidate{0, bench.encoding(), {}});
    results.add(evaluation);
}

std::string format_metrics(const TrainingTask& task, const std::vector<double>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size(); ++i)
        text += fmt::format("{}{} {:.{}f}{}{}", i == 0 ? "" : ", ", task.metrics()[i].name, values[i],
                            task.metrics()[i].unit == "%" ? 2 : 4, task.metrics()[i].unit == "1" ? "" : " ",
                            task.metrics()[i].unit == "1" ? "" : task.metrics()[i].unit);
    return text;
}

std::string format_point(const TrainingTask& task, const LearningPoint& point, double epochs) {
    return fmt::format("epoch {:.3g} of {:.3g}: train loss {:.4f}; validation {}; {:.0f} examples/s", point.epoch,
                       epochs, point.train_loss, format_metrics(task, point.validation), point.examples_per_second);
}

}  // namespace hpnas

#pragma once
#include <string>
#include <vector>

#include "hpnas/app/training_bench.hpp"
#include "hpnas/store/result_store.hpp"
#include "hpnas/train/fit.hpp"

namespace hpnas {

/// What a result file says of a training: the network is candidate 0, its metrics those of the best weights.
RunIdentity training_identity(const TrainingBench& bench, int threads);

/// /training/epochs: the learning curve, a row per judgement.
Table learning_curve(const TrainingTask& task, const std::vector<LearningPoint>& history);
/// /timing/epochs: how long each row of it took.
Table epoch_times(const std::vector<LearningPoint>& history);

/// Puts the network with the metrics of its best weights, or why there are none, into the results, and a ranking of it
/// alone, so that RUN/results.h5#1 names it. @param test  metrics on the test examples; empty: there are none
void add_outcome(ResultStore& results, const TrainingBench& bench, const Fit& fit, const std::vector<double>& test);

/// "loss 0.4123 nat, top1 86.10 %, top5 99.00 %".
std::string format_metrics(const TrainingTask& task, const std::vector<double>& values);
/// The last point of a learning curve as a line of a log.
std::string format_point(const TrainingTask& task, const LearningPoint& point, double epochs);

}  // namespace hpnas

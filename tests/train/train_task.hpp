#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/adamw.hpp"
#include "hpnas/train/constant_schedule.hpp"
#include "hpnas/train/fit.hpp"

namespace hpnas::test {

/// Trains a network for some epochs at a constant rate by AdamW. @return the metrics on the validation examples, before
/// and after
inline std::pair<std::vector<double>, std::vector<double>> train_task(const TrainingTask& task, const Network& network,
                                                                      double epochs, double learning_rate,
                                                                      std::int64_t batch = 8) {
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    TrainingOptions options;
    options.epochs = epochs;
    options.batch = batch;
    options.micro_batch = batch / 2;
    options.evaluation_batch = 7;  // pads the last batch
    AdamWOptions adam;
    adam.learning_rate = learning_rate;
    adam.weight_decay = 0;
    AdamW optimizer(adam);
    const ConstantSchedule schedule{WarmupOptions{}};
    task.check(network);
    Parameters parameters(network);
    parameters.initialize(4);
    const AssessmentOptions validation{.split = DataSplit::validation, .batch = 7};
    std::vector<double> before = judge_weights(task, network, parameters.all(), device, validation);
    Fit fit(network, parameters, task, {optimizer, schedule}, options, {.every_epochs = 1e6, .target = {}}, device, 4);
    while (fit.status() == Fit::Status::running) fit.advance();
    return {std::move(before), fit.history().empty() ? std::vector<double>{} : fit.history().back().validation};
}

}  // namespace hpnas::test

#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "hpnas/graph/network.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

enum class DataSplit : std::uint8_t { train, validation, test };

/// The part of a data set (data/task.hpp) that a split names.
template <class Data>
const auto& part_of(const Data& data, DataSplit split) noexcept {
    if (split == DataSplit::train) return data.train;
    return split == DataSplit::validation ? data.validation : data.test;
}

/// A number that networks are judged by.
struct TaskMetric {
    std::string name;  ///< "top1"; part of the file format
    std::string unit;  ///< "%", "nat", "1"
    std::string doc;
    bool maximise = false;
};

/// The examples of one split as batches for one network, and what is wanted of the network's outputs. Which examples a
/// batch holds and what they look like is a function of seed, epoch and position alone.
class TaskBatches {
public:
    virtual ~TaskBatches() = default;
    /// Of one epoch. Training drops an incomplete last batch; judging fills it up with copies that do not count.
    virtual std::int64_t n_batches() const noexcept = 0;
    /// Writes batch `index` of `epoch` to the executor's inputs.
    /// @return number of each row's example in its set, for random draws; valid until the next load
    virtual std::span<const std::int64_t> load(std::int64_t epoch, std::int64_t index, Executor& executor) = 0;
    /// Training, after forward(): the loaded batch's mean loss in nat; writes the gradient of share * that to the
    /// executor's output gradients.
    virtual double loss(Executor& executor, double share) = 0;
    /// Judging, instead of forward(): what TrainingTask::summarise wants to know of each example of the loaded batch.
    /// @param notes [valid rows, record_size], written
    virtual void judge(Executor& executor, std::span<double> notes) = 0;
};

/// What a network is trained for: data, loss and metrics. Immutable; the batches that it makes refer to it.
class TrainingTask {
public:
    virtual ~TrainingTask() = default;
    /// Examples.
    virtual std::int64_t size(DataSplit split) const noexcept = 0;
    /// The first is the loss.
    virtual std::span<const TaskMetric> metrics() const noexcept = 0;
    /// Index of the metric that the best weights of a training are chosen by.
    virtual std::size_t leading_metric() const noexcept { return 0; }
    /// @throws ShapeError if the network's inputs or outputs do not fit the data, saying what was expected
    virtual void check(const Network& network) const = 0;
    /// What the network cannot learn of the training examples, one sentence each.
    virtual std::vector<std::string> notes(const Network& /*network*/) const { return {}; }
    /// What of the network is used after training; all of it unless the task says otherwise.
    virtual Network deployed(const Network& network) const { return network; }
    /// Shuffled, with random changes that are functions of `seed`. @throws DataError if there is not one batch
    virtual std::unique_ptr<TaskBatches> training_batches(const Network& network, std::int64_t batch,
                                                          std::uint64_t seed) const = 0;
    /// In order, without random changes, for the deployed network.
    virtual std::unique_ptr<TaskBatches> judging_batches(const Network& network, DataSplit split,
                                                         std::int64_t batch) const = 0;
    /// Numbers that judging notes of each example.
    virtual std::size_t record_size() const noexcept = 0;
    /// The metrics. @param notes [size(split), record_size], in the order of the split's examples
    virtual std::vector<double> summarise(DataSplit split, std::span<const double> notes) const = 0;
};

}  // namespace hpnas

#pragma once
#include <memory>
#include <optional>
#include <string>

#include "hpnas/app/model_inputs.hpp"
#include "hpnas/app/train_config.hpp"
#include "hpnas/core/log.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/export/pretrained_weights.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/store/provenance.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/training_run.hpp"
#include "hpnas/train/training_task.hpp"

namespace hpnas {

/// Everything that one rank trains one network with, made from a configuration. Neither copied nor moved: parts refer
/// to each other.
class TrainingBench {
public:
    /// Reads the data and builds the network. @param log  hears of what is odd in the data
    /// @throws ConfigError, DataError, EncodingError; ShapeError if the network does not fit the data
    explicit TrainingBench(const TrainConfig& config, const Log& log);
    TrainingBench(const TrainingBench&) = delete;
    TrainingBench& operator=(const TrainingBench&) = delete;

    const TrainConfig& config() const noexcept { return config_; }
    const Device& device() const noexcept { return device_; }
    const SearchSpace& space() const noexcept { return *space_; }
    const Encoding& encoding() const noexcept { return encoding_; }
    /// As it is trained.
    const Network& network() const noexcept { return network_; }
    const TrainingTask& task() const noexcept { return *task_; }
    /// What the training starts from: pretrained weights where it has some, else random ones of the seed.
    Parameters initial_parameters() const;
    TrainingMethod method() const noexcept { return {*optimizer_, *schedule_}; }
    /// Of the data set, for the result file.
    const Provenance::Attributes& dataset() const noexcept { return dataset_; }

    /// How the network's inputs are made.
    const ModelInputs& inputs() const noexcept { return inputs_; }
    /// What whoever uses the trained network has to know, for the file of weights: task, classes, mean, deviation.
    const NetworkFacts& model_facts() const noexcept { return model_facts_; }

    /// What makes a training this one, as YAML: the configuration, the number of threads, the data, the network, the
    /// pretrained weights, the teacher.
    std::string identity_text(int threads) const;

private:
    std::shared_ptr<Teacher> load_teacher(const Task& data);
    /// @throws StoreError if the network is no slice of the weights, DataError if they were trained on other words
    void load_pretrained(const Log& log);

    const TrainConfig& config_;
    kernel::Engine engine_;
    Arena arena_;
    Device device_;
    std::uint64_t data_hash_ = 0, teacher_hash_ = 0;
    Provenance::Attributes dataset_;
    NetworkFacts model_facts_;
    ModelInputs inputs_;
    std::unique_ptr<TrainingTask> task_;
    std::unique_ptr<SearchSpace> space_;
    Encoding encoding_;
    Network network_;
    std::optional<PretrainedWeights> pretrained_;
    std::unique_ptr<Optimizer> optimizer_;
    std::unique_ptr<Schedule> schedule_;
};

}  // namespace hpnas

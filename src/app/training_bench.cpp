#include "hpnas/app/training_bench.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "hpnas/app/run_directory.hpp"
#include "hpnas/app/task_shape.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/graph/passes.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/train/make_task.hpp"

namespace hpnas {
namespace {

template <class Registry, class... Args>
auto make(const Registry& registry, const ConfigNode& node, std::string_view key, Args&&... args) {
    Diagnostics diagnostics;
    auto component = registry.make(node, key, diagnostics, std::forward<Args>(args)...);
    diagnostics.throw_if_any();
    return component;
}

Network decode(const SearchSpace& space, const Encoding& x) {
    if (!space.has_networks())
        throw ConfigError(fmt::format("space {}: holds tabulated results, no networks to train", space.name()));
    return space.decode(x);
}

/// A row of the table of embeddings has to stand for the same word. @throws DataError
void check_words(const PretrainedWeights& weights, const Vocabulary& ours) {
    const std::vector<std::string>& theirs = weights.vocabulary();
    for (std::size_t id = 0; id < std::min(theirs.size(), ours.pieces().size()); ++id)
        if (ours.pieces()[id] != theirs[id])
            throw DataError(
                fmt::format("{}: trained on other words: token {} is '{}' there and '{}' in the data; give "
                            "the data set the vocabulary of these weights: data.vocabulary=vocab.txt",
                            weights.path(), id, theirs[id], ours.pieces()[id]));
}

}  // namespace

TrainingBench::TrainingBench(const TrainConfig& config, const Log& log)
    : config_(config),
      arena_(static_cast<std::size_t>(config.run.memory_limit_mib) << 20U),
      device_{engine_, arena_},
      optimizer_(make(optimizers(), config.run.training.optimizer, "training.optimizer")),
      schedule_(make(schedules(), config.run.training.schedule, "training.schedule")) {
    Task data = load_task(config.run.data, config.inputs);
    for (const std::string& note : notes_of(data)) log.info("data: {}", note);
    data_hash_ = data_hash(data);
    dataset_ = dataset_attributes(data);
    inputs_ = inputs_of(data);
    const TaskShape shape = task_shape(config.run.task, data);
    model_facts_ = facts_of(inputs_);
    model_facts_.emplace_back("task", task_text(shape));
    space_ = make(spaces(), config.run.space, "space", shape);
    encoding_ = space_->canonical(space_->parse(config.arch));
    network_ = decode(*space_, encoding_);
    load_pretrained(log);
    std::shared_ptr<Teacher> teacher = load_teacher(data);
    task_ = make_training_task(std::move(data), config.run.training, std::move(teacher));
    task_->check(network_);
    for (const std::string& note : task_->notes(network_)) log.info("data: {}", note);
}

void TrainingBench::load_pretrained(const Log& log) {
    const std::string& path = config_.run.pretrained;
    if (path.empty()) return;
    pretrained_.emplace(path);
    if (inputs_.word_pieces) check_words(*pretrained_, inputs_.word_pieces->vocabulary());
    log.info("{}", summary(*pretrained_, WeightSlices(*pretrained_, network_)));
}

Parameters TrainingBench::initial_parameters() const {
    Parameters parameters(network_);
    parameters.initialize(static_cast<std::uint64_t>(config_.run.seed));
    if (pretrained_) WeightSlices(*pretrained_, network_).copy_to(parameters);
    return parameters;
}

std::shared_ptr<Teacher> TrainingBench::load_teacher(const Task& data) {
    const TeacherOptions& options = config_.teacher;
    if (options.weights.empty()) return nullptr;
    const TrainConfig trained = trained_config(read_network_facts(options.weights), options.weights, {});
    check_classes(trained.inputs.classes, inputs_.classes, "the teacher");
    const auto space = make(spaces(), trained.run.space, "space", task_shape(trained.run.task, data));
    const Network network = decode(*space, space->canonical(space->parse(trained.arch)));
    Parameters parameters(network);
    load_weights(options.weights, network, parameters);
    teacher_hash_ = hash64(std::as_bytes(std::as_const(parameters).all()));
    const std::optional<Normalization>& normalization = trained.inputs.normalization;
    if (normalization && normalization != inputs_.normalization)
        for (const std::vector<float>* part : {&normalization->mean, &normalization->deviation})
            teacher_hash_ = hash64(std::as_bytes(std::span(*part)), teacher_hash_);
    return std::make_shared<Teacher>(deploy(without_auxiliary(network), parameters), trained.inputs.normalization,
                                     device_, options.weight, options.temperature);
}

std::string TrainingBench::identity_text(int threads) const {
    ConfigNode identity = config_.resolved;
    set_text(identity, "arch", space_->format(encoding_));
    set_by_path(identity, fmt::format("facts.threads={}", threads));
    set_by_path(identity, fmt::format("facts.data=x{:016x}", data_hash_));
    set_by_path(identity, fmt::format("facts.network=x{:016x}", network_.hash()));
    if (pretrained_) set_by_path(identity, fmt::format("facts.pretrained=x{:016x}", pretrained_->hash()));
    if (teacher_hash_ != 0) set_by_path(identity, fmt::format("facts.teacher=x{:016x}", teacher_hash_));
    return to_yaml(identity);
}

}  // namespace hpnas

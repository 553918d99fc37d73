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

Provenance::Attributes facts_of(const Normalization& normalization, const std::vector<std::string>& classes) {
    return {{"classes", fmt::format("{}", fmt::join(classes, "\n"))},
            {"mean", fmt::format("{}", fmt::join(normalization.mean, " "))},
            {"deviation", fmt::format("{}", fmt::join(normalization.deviation, " "))}};
}

/// What a model of each kind of data has to say.
struct ModelFacts {
    Provenance::Attributes operator()(const ImageTask& data) const {
        return facts_of(data.normalization, data.train.images->classes);
    }
    Provenance::Attributes operator()(const TextTask& data) const {
        return {{"classes", fmt::format("{}", fmt::join(data.train.set->classes, "\n"))}};
    }
    Provenance::Attributes operator()(const SpanTask&) const { return {}; }
    Provenance::Attributes operator()(const SpectrogramTask& data) const {
        return facts_of(data.normalization, data.train.set->classes);
    }
};

std::shared_ptr<const WordPiece> word_pieces_of(const Task& data) {
    if (const auto* texts = std::get_if<TextTask>(&data)) return texts->word_pieces;
    if (const auto* spans = std::get_if<SpanTask>(&data)) return spans->word_pieces;
    return nullptr;
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
    Task data = make(datasets(), config.run.data, "data")->load();
    for (const std::string& note : notes_of(data)) log.info("data: {}", note);
    data_hash_ = data_hash(data);
    dataset_ = dataset_attributes(data);
    model_facts_ = std::visit(ModelFacts{}, data);
    word_pieces_ = word_pieces_of(data);
    space_ = make(spaces(), config.run.space, "space", task_shape(config.run.task, data));
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
    if (word_pieces_) check_words(*pretrained_, word_pieces_->vocabulary());
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
    const auto space = make(spaces(), trained.run.space, "space", task_shape(trained.run.task, data));
    const Network network = decode(*space, space->canonical(space->parse(trained.arch)));
    Parameters parameters(network);
    load_weights(options.weights, network, parameters);
    teacher_hash_ = hash64(std::as_bytes(std::as_const(parameters).all()));
    return std::make_shared<Teacher>(deploy(without_auxiliary(network), parameters), device_, options.weight,
                                     options.temperature);
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

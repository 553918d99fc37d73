#include "hpnas/app/model_inputs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <sstream>
#include <utility>

#include "hpnas/app/run_config.hpp"
#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/data/dataset.hpp"

namespace hpnas {
namespace {

/// Of a list with blanks or commas.
std::vector<float> numbers(std::string text, const std::string& file) {
    std::ranges::replace(text, ',', ' ');
    std::istringstream in(text);
    std::vector<float> result(std::istream_iterator<float>(in), {});
    if (!in.eof()) throw DataError(fmt::format("{}: expected a list of numbers, got '{}'", file, text));
    return result;
}

/// @throws DataError unless there is a deviation for each mean
Normalization normalization_from(const std::string& mean, const std::string& deviation, const std::string& file) {
    Normalization result{numbers(mean, file), numbers(deviation, file)};
    if (result.mean.size() != result.deviation.size())
        throw DataError(fmt::format("{}: expected {} deviations, got '{}'", file, result.mean.size(), deviation));
    return result;
}

Normalization* normalization_of(Task& data) {
    if (auto* images = std::get_if<ImageTask>(&data)) return &images->normalization;
    if (auto* recordings = std::get_if<SpectrogramTask>(&data)) return &recordings->normalization;
    return nullptr;
}

/// Sets an option of a data set that has it.
void set_option(ConfigNode& data, const std::string& key, const std::string& value) {
    if (data.find(key) != nullptr) set_by_path(data, key + "=" + value);
}

}  // namespace

std::vector<std::string> ModelInputs::words() const {
    return word_pieces ? word_pieces->vocabulary().pieces() : std::vector<std::string>();
}

ModelInputs inputs_of(const Task& data) {
    struct Inputs {
        ModelInputs operator()(const ImageTask& task) const {
            return {task.normalization, nullptr, 0, task.train.images->classes};
        }
        ModelInputs operator()(const TextTask& task) const {
            return {std::nullopt, task.word_pieces, task.sequence, task.train.set->classes};
        }
        ModelInputs operator()(const SpanTask& task) const {
            return {std::nullopt, task.word_pieces, task.sequence, {}};
        }
        ModelInputs operator()(const SpectrogramTask& task) const {
            return {task.normalization, nullptr, task.frames, task.train.set->classes};
        }
    };
    return std::visit(Inputs{}, data);
}

ModelInputs read_model_inputs(const std::string& weights_file) {
    const NetworkFacts facts = read_network_facts(weights_file);
    ModelInputs inputs;
    for (const std::string prefix : {"", "normalization."})  // as a training and as `export-weights` writes it
        if (const std::string mean = fact(facts, prefix + "mean"); !mean.empty())
            inputs.normalization = normalization_from(mean, fact(facts, prefix + "deviation"), weights_file);
    if (std::vector<std::string> words = read_vocabulary(weights_file); !words.empty())
        inputs.word_pieces = std::make_shared<const WordPiece>(Vocabulary(std::move(words), weights_file),
                                                               fact(facts, "lower_case") != "false");
    inputs.length = static_cast<std::int64_t>(parse_number(fact(facts, "length")).value_or(0));
    std::istringstream classes(fact(facts, "classes"));
    for (std::string name; std::getline(classes, name);) inputs.classes.push_back(std::move(name));
    return inputs;
}

NetworkFacts facts_of(const ModelInputs& inputs) {
    NetworkFacts facts;
    if (inputs.normalization) {
        facts.emplace_back("mean", fmt::format("{}", fmt::join(inputs.normalization->mean, " ")));
        facts.emplace_back("deviation", fmt::format("{}", fmt::join(inputs.normalization->deviation, " ")));
    }
    if (inputs.word_pieces) facts.emplace_back("lower_case", fmt::format("{}", inputs.word_pieces->lower_case()));
    if (inputs.length > 0) facts.emplace_back("length", fmt::format("{}", inputs.length));
    if (!inputs.classes.empty()) facts.emplace_back("classes", fmt::format("{}", fmt::join(inputs.classes, "\n")));
    return facts;
}

void check_classes(const std::vector<std::string>& model, const std::vector<std::string>& data,
                   const std::string& whose) {
    if (model.empty() || model == data) return;
    const auto [theirs, ours] = std::mismatch(model.begin(), model.end(), data.begin(), data.end());
    throw DataError(
        fmt::format("data: {} was trained on {} classes, the data set has {}: class {} is {} there and {} here", whose,
                    model.size(), data.size(), theirs - model.begin(),
                    theirs == model.end() ? "missing" : fmt::format("'{}'", *theirs),
                    ours == data.end() ? "missing" : fmt::format("'{}'", *ours)));
}

Task load_task(const ConfigNode& data, const ModelInputs& inputs) {
    Diagnostics diagnostics;
    ConfigNode node = datasets().resolve(data, "data", diagnostics);
    diagnostics.throw_if_any();
    if (inputs.word_pieces) {
        if (node.find("vocabulary") != nullptr)
            set_text(node, "vocabulary", fmt::format("{}\n", fmt::join(inputs.words(), "\n")));
        set_option(node, "lower_case", fmt::format("{}", inputs.word_pieces->lower_case()));
    }
    if (inputs.length > 0)
        for (const char* key : {"sequence", "frames"}) set_option(node, key, fmt::format("{}", inputs.length));
    const auto dataset = datasets().make(node, "data", diagnostics);
    diagnostics.throw_if_any();
    Task task = dataset->load();
    check_classes(inputs.classes, inputs_of(task).classes, "the network");
    Normalization* normalization = normalization_of(task);
    if (normalization == nullptr || !inputs.normalization) return task;
    if (normalization->mean.size() != inputs.normalization->mean.size())
        throw DataError(fmt::format("data: the network was trained on {} channels, the data set has {}",
                                    inputs.normalization->mean.size(), normalization->mean.size()));
    *normalization = *inputs.normalization;
    return task;
}

}  // namespace hpnas

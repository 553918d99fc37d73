#include "hpnas/app/network_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "hpnas/app/arch_reference.hpp"
#include "hpnas/app/space_option.hpp"
#include "hpnas/app/task_shape.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/builtin.hpp"

namespace hpnas {
namespace {

/// What is known before the space is made.
struct Named {
    ConfigNode config;  ///< a map with some of space, task, data
    std::string arch;
    NetworkFacts facts;
};

void set_key(ConfigNode& map, const std::string& key, ConfigNode value) {
    map.kind = ConfigNode::Kind::map;
    std::erase_if(map.map, [&](const auto& entry) { return entry.first == key; });
    map.map.emplace_back(key, std::move(value));
}

void set_fact(NetworkFacts& facts, const std::string& name, std::string value) {
    std::erase_if(facts, [&](const auto& entry) { return entry.first == name; });
    facts.emplace_back(name, std::move(value));
}

/// A file of weights says what its network was made for: no data set is needed then.
void take_task(const NetworkFacts& facts, const std::string& path, ConfigNode& config) {
    const std::string task = fact(facts, "task");
    if (task.empty()) return;
    set_key(config, "task", parse_yaml(task, path));
    set_key(config, "data", {});
}

/// Numbers of a run's ranked network: objectives, parameters, latencies, accuracies.
void add_metrics(const h5::Group& ranking, std::size_t row, NetworkFacts& facts) {
    for (const std::string& name : ranking.names()) {
        const h5::Dataset column = ranking.dataset(name);
        if (column.is_text() || name == "rank" || name == "front") continue;
        facts.emplace_back(name == "candidate_id" ? "candidate" : "metric." + name,
                           fmt::format("{}", column.read<double>().at(row)));
    }
}

Named named_by_run(const std::string& reference) {
    if (!is_run_reference(reference))
        throw Error(ExitCode::usage, "network: expected RUN/results.h5#N, e.g. run/results.h5#1, got " + reference);
    const FoundArchitecture found = find_architecture(reference);
    const std::size_t mark = reference.rfind('#');
    const std::string path = reference.substr(0, mark);
    const h5::Group root = h5::File::open(path).root(), ranking = root.group("ranking");
    Named named{parse_yaml(root.group("config").dataset("yaml").read_texts().at(0), path), named_choices(found), {}};
    const std::vector<std::int64_t> ranks = ranking.dataset("rank").read<std::int64_t>();
    const auto row = std::find(ranks.begin(), ranks.end(), std::stoll(reference.substr(mark + 1))) - ranks.begin();
    named.facts.emplace_back("run", reference);
    add_metrics(ranking, static_cast<std::size_t>(row), named.facts);
    return named;
}

Named named_by_weights(const std::string& path) {
    Named named;
    named.config.kind = ConfigNode::Kind::map;
    const NetworkFacts facts = read_network_facts(path);
    named.arch = fact(facts, "arch");
    if (const std::string config = fact(facts, "config"); !config.empty()) named.config = parse_yaml(config, path);
    if (const std::string space = fact(facts, "space"); !space.empty())
        set_key(named.config, "space", parse_yaml(space, path));
    take_task(facts, path, named.config);
    return named;
}

Named named_by(const Command& command) {
    Named named;
    named.config.kind = ConfigNode::Kind::map;
    if (!command.network.empty()) {
        named = named_by_run(command.network);
        if (!command.weights_file.empty())
            take_task(read_network_facts(command.weights_file), command.weights_file, named.config);
    } else if (!command.weights_file.empty()) {
        named = named_by_weights(command.weights_file);
    }
    if (!command.network_space.empty())
        set_key(named.config, "space", space_node(command.network_space, command.space_options));
    if (!command.arch.empty()) named.arch = command.arch;
    if (!command.task.empty()) {
        set_key(named.config, "task", parse_yaml(command.task, "--task"));
        set_key(named.config, "data", {});
    }
    if (named.config.find("space") == nullptr || named.arch.empty())
        throw Error(ExitCode::usage,
                    "which network? expected RUN/results.h5#N, or --space and --arch, or a file of weights that says "
                    "which network it belongs to");
    return named;
}

/// The data set of a run; nothing if it has none.
std::optional<Task> load_data(const ConfigNode& config) {
    const ConfigNode* data = config.find("data");
    if (data == nullptr || data->kind == ConfigNode::Kind::null) return std::nullopt;
    Diagnostics diagnostics;
    const auto dataset = datasets().make(*data, "data", diagnostics);
    diagnostics.throw_if_any();
    try {
        return dataset->load();
    } catch (const DataError& error) {
        throw DataError(fmt::format("{}\nthe run's data set tells classes and channels of its networks; without it, "
                                    "give them: --task '{{classes: 10, channels: 3}}'",
                                    error.what()),
                        error.exit_code());
    }
}

TaskShape shape_of(const ConfigNode& config, const std::optional<Task>& data) {
    TaskConfig task;
    Diagnostics diagnostics;
    const ConfigNode* node = config.find("task");
    if (node != nullptr && node->kind == ConfigNode::Kind::map) read_options(*node, "task", diagnostics, task);
    diagnostics.throw_if_any();
    return data ? task_shape(task, *data) : task_shape(task, nullptr);
}

/// The weights' own; of weights that do not say, those of a model trained on the data.
ModelInputs inputs_for(const std::string& weights_file, const std::optional<Task>& data) {
    ModelInputs inputs;
    if (!weights_file.empty()) inputs = read_model_inputs(weights_file);
    if (!inputs.normalization && !inputs.word_pieces && data) inputs = inputs_of(*data);
    return inputs;
}

void add_inputs(const ModelInputs& inputs, NetworkFacts& facts) {
    for (const auto& [name, value] : facts_of(inputs))
        facts.emplace_back(name == "mean" || name == "deviation" ? "normalization." + name : name, value);
    if (inputs.normalization)
        facts.emplace_back("normalization.meaning",
                           "input = (value - mean) / deviation, per channel of bytes or mel of decibels");
}

}  // namespace

NetworkSource open_network(const Command& command) {
    const Named named = named_by(command);
    const std::optional<Task> data = load_data(named.config);
    const TaskShape task = shape_of(named.config, data);
    NetworkSource source;
    Diagnostics diagnostics;
    const ConfigNode space = resolve_space(*named.config.find("space"), "space", diagnostics);
    diagnostics.throw_if_any();
    source.space = spaces().make(space, "space", diagnostics, task);
    diagnostics.throw_if_any();
    if (!source.space->has_networks())
        throw ConfigError(fmt::format("space {}: holds tabulated results, no networks", source.space->name()));
    source.encoding = source.space->canonical(source.space->parse(named.arch));
    source.network = source.space->decode(source.encoding);
    source.facts = {{"space", to_yaml_line(space)},
                    {"task", task_text(task)},
                    {"arch", source.space->format_values(source.encoding)},
                    {"encoding", to_text(source.encoding)}};
    source.facts.insert(source.facts.end(), named.facts.begin(), named.facts.end());
    source.inputs = inputs_for(command.weights_file, data);
    add_inputs(source.inputs, source.facts);
    return source;
}

std::string load_parameters(const Command& command, NetworkSource& source, Parameters& parameters) {
    if (command.weights_file.empty()) {
        const std::int64_t seed = command.seed.value_or(1);
        parameters.initialize(static_cast<std::uint64_t>(seed));
        set_fact(source.facts, "weights", fmt::format("random, seed {}", seed));
        return fmt::format("weights: random, of seed {}; --weights FILE gives trained ones", seed);
    }
    for (const auto& [name, value] : load_weights(command.weights_file, source.network, parameters))
        if (name != "mean" && name != "deviation" && fact(source.facts, name).empty())  // normalization.mean is theirs
            source.facts.emplace_back(name, value);
    if (fact(source.facts, "weights").empty()) set_fact(source.facts, "weights", command.weights_file);
    return "weights: " + command.weights_file;
}

}  // namespace hpnas

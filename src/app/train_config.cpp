#include "hpnas/app/train_config.hpp"

#include <fmt/format.h>

#include "hpnas/app/arch_reference.hpp"
#include "hpnas/app/space_option.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/schedule.hpp"

namespace hpnas {
namespace {

/// Puts an architecture that a run found in place of its reference, and the run's space where none is named. A space
/// that is named, say to train with drop path, has to mean the same by it.
void resolve_reference(ConfigNode& root) {
    ConfigNode* arch = root.find("arch");
    if (arch == nullptr || !is_run_reference(arch->scalar)) return;
    FoundArchitecture found = find_architecture(arch->scalar);
    const ConfigNode* space = root.find("space");
    set_text(root, "arch", space != nullptr ? arch_in(*space, resolution_of(root), found) : named_choices(found));
    if (space == nullptr) root.map.emplace_back("space", std::move(found.space));
}

void check_required(const ConfigNode& root, Diagnostics& diagnostics) {
    if (root.find("space") == nullptr)
        diagnostics.add(root.where, "space",
                        "required: name it in the file or by --space, or take an architecture with its space from a "
                        "run: --arch RUN/results.h5#1");
    if (root.find("arch") == nullptr)
        diagnostics.add(root.where, "arch",
                        "required: name it in the file or by --arch, in the space's notation or as RUN/results.h5#1");
}

void resolve_components(TrainConfig& config, Diagnostics& diagnostics) {
    const auto resolve = [&](const auto& registry, std::string_view key, ConfigNode& node) {
        if (node.kind != ConfigNode::Kind::null) node = registry.resolve(node, key, diagnostics);
    };
    if (config.run.space.kind != ConfigNode::Kind::null)
        config.run.space = resolve_space(config.run.space, "space", diagnostics);
    resolve(datasets(), "data", config.run.data);
    resolve(optimizers(), "training.optimizer", config.run.training.optimizer);
    resolve(schedules(), "training.schedule", config.run.training.schedule);
}

}  // namespace

void FitConfig::visit(OptionVisitor& v) {
    v.number({"every_epochs", "epochs between two judgements on the validation examples", 1e-3, 1e6}, every_epochs);
    v.number({"target", "training ends when the leading metric has reached this, in its unit (%); 0: off", 0, 1e6},
             target);
    v.number(
        {"checkpoint_seconds", "time between two savings of the state (s); it is also saved at judgements", 0, 1e6},
        checkpoint_seconds);
    v.number({"progress_seconds", "time between progress lines within an epoch (s)", 0, 1e6}, progress_seconds);
}

void TrainConfig::visit(OptionVisitor& v) {
    run.visit_common(v);
    v.subtree({"space", "search space: name and options"}, run.space);
    v.text({"arch", "architecture in the space's notation, or RUN/results.h5#N"}, arch);
    v.text({"pretrained", "file of weights of which the network takes its slice to start from; empty: random ones"},
           run.pretrained);
    v.subtree({.name = "data", .doc = "data set: name and options", .required = true}, run.data);
    v.group({"task", "what the network is made for, where no data set says it"}, run.task);
    v.group({"training", "recipe"}, run.training);
    v.group({"teacher", "another network that this one learns from"}, teacher);
    v.begin_group({"fit", "when the training is judged, saved and ended"});
    fit.visit(v);
    v.number({"max_time_seconds", "stop after this long, to be continued (s); 0: no limit", 0, 1e9},
             run.search.max_time_seconds);
    v.end_group();
}

TrainConfig load_train_config(const Command& command) {
    ConfigNode root = load_yaml(command.config);
    for (const std::string& assignment : command.sets) set_by_path(root, assignment);
    if (command.seed) set_by_path(root, fmt::format("seed={}", *command.seed));
    if (command.output) set_text(root, "output", *command.output);
    if (command.max_time_s) set_by_path(root, fmt::format("fit.max_time_seconds={}", *command.max_time_s));
    if (!command.arch.empty()) set_text(root, "arch", command.arch);
    if (!command.train_space.empty()) {
        ConfigNode node = space_node(command.train_space, command.space_options);
        if (ConfigNode* present = root.find("space"))
            *present = std::move(node);
        else
            root.map.emplace_back("space", std::move(node));
    }
    return read_train_config(root);
}

TrainConfig read_train_config(const ConfigNode& given) {
    ConfigNode root = given;
    resolve_reference(root);
    Diagnostics diagnostics;
    check_required(root, diagnostics);
    TrainConfig config;
    read_options(root, "", diagnostics, config);
    if (config.run.training.max_seconds > 0)
        diagnostics.add(root.find("training")->where, "training.max_seconds",
                        "is for the candidates of a search; give fit.max_time_seconds, which can be continued");
    TrainConfig meaning = config;
    resolve_components(meaning, diagnostics);
    diagnostics.throw_if_any();
    config.resolved = write_options([&](OptionVisitor& v) { meaning.visit(v); });
    config.run.resolved = config.resolved;
    return config;
}

TrainConfig trained_config(const NetworkFacts& facts, const std::string& file, const std::vector<std::string>& sets) {
    const std::string text = fact(facts, "config");
    if (text.empty()) throw DataError(fmt::format("{}: does not say what its network was trained on", file));
    ConfigNode root = parse_yaml(text, file);
    std::erase_if(root.map, [](const auto& entry) {
        return entry.first == "facts" || entry.first == "pretrained" || entry.first == "teacher";
    });
    for (const std::string& assignment : sets) set_by_path(root, assignment);
    TrainConfig config = read_train_config(root);
    config.inputs = read_model_inputs(file);
    return config;
}

const std::vector<std::string>& changeable_train_keys() {
    static const std::vector<std::string> keys{"output", "fit.checkpoint_seconds", "fit.progress_seconds",
                                               "fit.max_time_seconds"};
    return keys;
}

}  // namespace hpnas

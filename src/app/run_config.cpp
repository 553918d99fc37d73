#include "hpnas/app/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/energy/builtin.hpp"
#include "hpnas/eval/builtin.hpp"
#include "hpnas/eval/score_set.hpp"
#include "hpnas/latency/builtin.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/train/optimizer.hpp"
#include "hpnas/train/schedule.hpp"

namespace hpnas {
namespace {

constexpr double most_samples = 4294967296.0;  // Sobol points that 32-bit digits tell apart

/// Replaces the components' nodes by what they mean, defaults included.
void resolve_components(RunConfig& config, Diagnostics& diagnostics) {
    const auto resolve = [&](const auto& registry, std::string_view key, ConfigNode& node) {
        if (node.kind != ConfigNode::Kind::null) node = registry.resolve(node, key, diagnostics);
    };
    if (config.space.kind != ConfigNode::Kind::null) config.space = resolve_space(config.space, "space", diagnostics);
    resolve(datasets(), "data", config.data);
    resolve(latency_models(), "latency", config.latency);
    resolve(energy_models(), "energy", config.energy);
    resolve(evaluators(), "objective", config.objective);
    for (const char* key : {"score", "extra"})
        if (ConfigNode* score = config.objective.find(key))
            *score = resolve_score(*score, fmt::format("objective.{}", key), diagnostics);
    resolve(search_strategies(), "strategy", config.strategy);
    if (is_gradient(config)) resolve_gradient(config.strategy, diagnostics);
    resolve(optimizers(), "training.optimizer", config.training.optimizer);
    resolve(schedules(), "training.schedule", config.training.schedule);
}

void check_screening(const RunConfig& config, const ConfigNode& root, Diagnostics& diagnostics) {
    if (!config.screening.enabled()) return;
    const ScreeningConfig& screening = config.screening;
    const ConfigNode* node = root.find("screening");
    const Location where = node != nullptr ? node->where : root.where;
    const auto& edges = screening.edges_ms.empty() ? screening.edges_quantile : screening.edges_ms;
    if (screening.edges_ms.empty() == screening.edges_quantile.empty())
        diagnostics.add(where, "screening", "expected exactly one of edges_ms and edges_quantile");
    else if (edges.size() < 2 || !std::is_sorted(edges.begin(), edges.end(), std::less_equal<>()))
        diagnostics.add(where, "screening", "expected at least two strictly ascending bucket edges");
    else if (screening.bucket >= static_cast<std::int64_t>(edges.size()) - 1)
        diagnostics.add(where, "screening.bucket",
                        fmt::format("expected a bucket in [0, {}], got {}", edges.size() - 2, screening.bucket));
    const ConfigNode* model = config.latency.find("name");
    if (model == nullptr || model->scalar != "table")
        diagnostics.add(where, "screening", "needs latency.name: table (or samples: 0 to search without screening)");
}

void check_pretrained(const RunConfig& config, const ConfigNode& root, Diagnostics& diagnostics) {
    const ConfigNode* objective = config.objective.find("name");
    if (config.pretrained.empty() || (objective != nullptr && objective->scalar == "score")) return;
    diagnostics.add(root.find("pretrained")->where, "pretrained",
                    "only candidates of objective score start from pretrained weights (of one network: hpnas train)");
}

}  // namespace

void TaskConfig::visit(OptionVisitor& v) {
    v.integer({"classes", "classes that the networks tell apart; 0: the data set's, else 1000", 0, 1e9}, classes);
    v.integer({"channels", "channels of the input images; 0: the data set's, else 3", 0, 65536}, channels);
    v.integer({"resolution", "height and width of the input images; 0: the space's own", 0, 65536}, resolution);
    v.integer({"sequence", "tokens or frames of an input sequence; 0: the space's own", 0, 1e7}, sequence);
    v.integer({"vocabulary", "different tokens; 0: the space's own", 0, 1e8}, vocabulary);
}

void CalibrationConfig::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 3> kinds{"none", "offset", "linear"};
    v.choice({"kind", "how sums of table times become times of networks"}, kind, kinds);
    v.integer({"networks", "random networks measured whole to fit it", 2, 10000}, networks);
    v.integer({"judged", "further random networks measured by `hpnas latency report`", 3, 10000}, judged);
}

void SurrogateConfig::visit(OptionVisitor& v) {
    v.integer({"networks", "random networks measured to fit to", 4, 1e7}, networks);
    v.integer({"held_out", "further random networks that the fits are judged by", 3, 1e7}, held_out);
    v.group({"linear", "ridge regression"}, linear);
    v.group({"mlp", "fully connected network"}, mlp);
}

void ScreeningConfig::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> rules{"uniform", "spread"};
    v.integer({"samples", "Sobol samples of the space; 0, or no group screening at all: the whole space is searched", 0,
               most_samples},
              samples);
    v.numbers({"edges_ms", "ascending edges of the latency buckets (ms)", 0}, edges_ms);
    v.numbers({"edges_quantile", "the same as quantiles of the space's latencies, for configurations that run anywhere",
               0, 1},
              edges_quantile);
    v.integer({"bucket", "bucket to search, from 0; its upper edge is the latency target", 0, 1000}, bucket);
    v.integer({"survivors", "samples kept per bucket", 1, 1e6}, survivors);
    v.choice({"rule", "which survive: uniform, or spread over the bucket's latencies"}, rule, rules);
}

void SearchConfig::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> modes{"synchronous", "asynchronous"};
    v.integer({"candidates", "networks to evaluate", 1, 1e9}, candidates);
    v.choice({"mode", "synchronous: same results for any number of ranks; asynchronous: no rank ever waits"}, mode,
             modes);
    v.integer({"window", "synchronous: candidates in flight at most", 1, 1e6}, window);
    v.boolean({"dedicated_manager", "rank 0 only serves"}, dedicated_manager);
    v.number({"progress_seconds", "time between progress lines (s); 0: one per candidate", 0, 1e6}, progress_seconds);
    v.number({"publish_seconds", "time between publications of results.h5 (s)", 0, 1e6}, publish_seconds);
    v.number({"checkpoint_seconds", "time between checkpoints of a gradient search (s)", 0, 1e6}, checkpoint_seconds);
    v.number({"max_time_seconds", "stop after this long, to be continued (s); 0: no limit", 0, 1e9}, max_time_seconds);
}

void RankingConfig::visit(OptionVisitor& v) {
    v.integer({"finalists", "best candidates to measure whole", 1, 10000}, finalists);
    v.integer({"passes", "times that each is measured", 1, 1000}, passes);
    v.number({"tolerance_percent", "measured latency may exceed the target by this (%)", 0, 1000}, tolerance_percent);
}

void RunConfig::visit_common(OptionVisitor& v) {
    v.text({.name = "output", .doc = "directory of the run's files", .required = true}, output);
    v.integer({"seed", "seed of every random draw", 0, 9007199254740992.0}, seed);
    v.integer(
        {"threads", "OpenMP threads per rank; 0: OMP_NUM_THREADS, else the cores shared out among the ranks", 0, 4096},
        threads);
    v.integer({"memory_limit_mib", "most memory for one candidate's tensors (MiB); 0: no limit", 0, 1e9},
              memory_limit_mib);
}

void RunConfig::visit(OptionVisitor& v) {
    visit_common(v);
    v.subtree({.name = "space", .doc = "search space: name and options", .required = true}, space);
    v.subtree({.name = "data", .doc = "data set: name and options; may be left out where nothing looks at data"}, data);
    v.group({"task", "what the networks are made for, where no data set says it"}, task);
    v.subtree({.name = "latency", .doc = "latency model: name and options; may be left out where latency is no matter"},
              latency);
    v.subtree({.name = "energy", .doc = "energy model: name and options; may be left out where energy is no matter"},
              energy);
    v.group({"calibration", "fit of the latency table to whole networks"}, calibration);
    v.group({"surrogate", "what `hpnas latency surrogate` measures and fits"}, surrogate);
    v.group({"screening", "latency buckets"}, screening);
    v.group({"training", "how each candidate is trained"}, training);
    v.text({"pretrained", "file of weights of which every candidate takes its slice, for objective score; empty: none"},
           pretrained);
    v.subtree({.name = "objective", .doc = "what is minimised: name and options", .required = true}, objective);
    v.subtree({.name = "strategy", .doc = "search strategy: name and options", .required = true}, strategy);
    v.group({"search", "budget and order"}, search);
    v.group({"ranking", "the best candidates"}, ranking);
}

void set_text(ConfigNode& root, const std::string& key, const std::string& text) {
    ConfigNode value;
    value.kind = ConfigNode::Kind::scalar;
    value.where.file = "--" + key;
    value.scalar = text;
    value.quoted = true;
    if (root.kind == ConfigNode::Kind::null) root.kind = ConfigNode::Kind::map;
    if (ConfigNode* present = root.find(key))
        *present = value;
    else
        root.map.emplace_back(key, value);
}

RunConfig load_run_config(const Command& command) {
    ConfigNode root = load_yaml(command.config);
    for (const std::string& assignment : command.sets) set_by_path(root, assignment);
    if (command.seed) set_by_path(root, fmt::format("seed={}", *command.seed));
    if (command.output) set_text(root, "output", *command.output);
    if (command.max_time_s) set_by_path(root, fmt::format("search.max_time_seconds={}", *command.max_time_s));
    return read_run_config(root);
}

RunConfig read_run_config(const ConfigNode& root) {
    Diagnostics diagnostics;
    RunConfig config;
    read_options(root, "", diagnostics, config);
    if (root.find("screening") == nullptr) config.screening.samples = 0;
    RunConfig meaning = config;
    resolve_components(meaning, diagnostics);
    check_screening(meaning, root, diagnostics);
    check_pretrained(meaning, root, diagnostics);
    if (is_gradient(config)) check_gradient(config, root, diagnostics);
    diagnostics.throw_if_any();
    config.resolved = write_options([&](OptionVisitor& v) { meaning.visit(v); });
    return config;
}

const std::vector<std::string>& changeable_keys() {
    static const std::vector<std::string> keys{"output",
                                               "ranking",
                                               "surrogate",
                                               "search.candidates",
                                               "search.dedicated_manager",
                                               "search.progress_seconds",
                                               "search.publish_seconds",
                                               "search.max_time_seconds",
                                               "search.checkpoint_seconds"};
    return keys;
}

}  // namespace hpnas

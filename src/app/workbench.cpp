#include "hpnas/app/workbench.hpp"

#include "hpnas/app/version.hpp"
#include "hpnas/eval/builtin.hpp"
#include "hpnas/latency/builtin.hpp"
#include "hpnas/space/builtin.hpp"
#include "hpnas/strategy/builtin.hpp"

namespace hpnas {
namespace {

/// Makes a component or throws every mistake in its options.
template <class Registry, class... Args>
auto make(const Registry& registry, const ConfigNode& node, std::string_view key, Args&&... args) {
    Diagnostics diagnostics;
    auto component = registry.make(node, key, diagnostics, std::forward<Args>(args)...);
    diagnostics.throw_if_any();
    return component;
}

/// The latency node with another table file, nothing to be measured.
ConfigNode with_table(ConfigNode latency, const std::string& table) {
    set_by_path(latency, "path=" + table);
    set_by_path(latency, "missing=refuse");
    return latency;
}

}  // namespace

Workbench::Workbench(const RunConfig& config, Log log)
    : config_(config),
      log_(std::move(log)),
      arena_(static_cast<std::size_t>(config.memory_limit_mib) << 20U),
      device_{engine_, arena_} {}

void Workbench::load_data() { task_ = make(datasets(), config_.data, "data")->load(); }

void Workbench::make_space() {
    TaskShape shape;
    shape.classes = task_.n_classes();
    shape.input_channels = task_.image_shape().channels();
    space_ = make(spaces(), config_.space, "space", shape);
}

void Workbench::make_latency(const std::string& table) {
    const ConfigNode node = table.empty() ? config_.latency : with_table(config_.latency, table);
    latency_ = make(latency_models(), node, "latency", LatencyContext{&device_, library_versions(), log_});
}

void Workbench::make_evaluator() {
    const EvaluatorContext context{space_.get(), &device_,       &task_,
                                   &config_.training, latency_.get(), static_cast<std::uint64_t>(config_.seed)};
    evaluator_ = make(evaluators(), config_.objective, "objective", context);
}

std::unique_ptr<Strategy> Workbench::make_strategy(StrategyContext context) const {
    return make(strategies(), config_.strategy, "strategy", std::move(context));
}

}  // namespace hpnas

#include "hpnas/app/gradient_strategy.hpp"

#include <fmt/format.h>

#include <array>

#include "hpnas/latency/builtin.hpp"
#include "hpnas/strategy/builtin.hpp"
#include "hpnas/strategy/fixed_list.hpp"
#include "hpnas/supernet/builtin.hpp"
#include "hpnas/train/optimizer.hpp"

namespace hpnas {
namespace {

const ConfigNode* child(const ConfigNode* node, std::string_view key) {
    return node != nullptr && node->kind == ConfigNode::Kind::map ? node->find(std::string(key)) : nullptr;
}

/// The place of a key of the strategy, or of the strategy itself.
Location where(const ConfigNode& strategy, std::string_view group, std::string_view key = "") {
    const ConfigNode* node = child(&strategy, group);
    if (node == nullptr) return strategy.where;
    const ConfigNode* inner = child(node, key);
    return inner != nullptr ? inner->where : node->where;
}

/// Prices that would not be charged: what is given has to have an effect.
void check_latency_price(const ConfigNode& strategy, const GradientStrategyOptions& options, Diagnostics& diagnostics) {
    const LatencyTermOptions& latency = options.latency;
    const auto add = [&](std::string_view key, const std::string& message) {
        diagnostics.add(where(strategy, "latency", key), fmt::format("strategy.latency.{}", key), message);
    };
    const ConfigNode* group = child(&strategy, "latency");
    if (group != nullptr && child(group, "form") == nullptr)
        add("form", "expected hinge, power or none (which charges nothing)");
    if (latency.form == "hinge" && latency.target_ms <= 0)
        add("target_ms", fmt::format("expected a number > 0, got {}", latency.target_ms));
    if (latency.form == "hinge" && latency.coefficient <= 0) add("coefficient", "expected a number > 0, got 0");
    if (latency.form == "power" && latency.target_ms > 0) add("target_ms", "form power has no target: expected hinge");
}

void check_surrogate(const ConfigNode& strategy, const GradientStrategyOptions& options, Diagnostics& diagnostics) {
    const ConfigNode& surrogate = options.surrogate;
    if (surrogate.kind == ConfigNode::Kind::null) return;
    const ConfigNode* name = child(&surrogate, "name");
    if ((name != nullptr ? name : &surrogate)->scalar == "measured")
        diagnostics.add(where(strategy, "surrogate"), "strategy.surrogate",
                        "expected linear, mlp or table, which are functions between architectures; got measured");
    if (options.latency.form == "none")
        diagnostics.add(where(strategy, "surrogate"), "strategy.surrogate",
                        "expected a strategy.latency.form that is followed by it");
}

void check_cost(const ConfigNode& strategy, std::string_view group, const CostTermOptions& options,
                Diagnostics& diagnostics) {
    if (options.target > 0 && options.coefficient <= 0)
        diagnostics.add(where(strategy, group, "target"), fmt::format("strategy.{}.target", group),
                        "charges nothing: expected a coefficient > 0 beside it");
}

Registry<Strategy, StrategyContext>::Entry gradient_entry() {
    return {"gradient", "UNAS: logits of the choices by gradient over a weight-sharing network, then the likeliest",
            [](OptionVisitor& v) {
                GradientStrategyOptions options;
                options.visit(v);
            },
            [](const ConfigNode&, std::string_view, Diagnostics&, StrategyContext context) {
                std::vector<Encoding> derived = context.pool;
                return std::make_unique<FixedList>(std::move(derived), std::move(context));
            }};
}

}  // namespace

void CostTermOptions::visit(OptionVisitor& v) {
    v.number({"coefficient", "loss per unit over the target (nat); 0: no such term", 0, 1e9}, coefficient);
    v.number({"target", "cost that is free", 0, 1e18}, target);
}

void TableCostOptions::visit(OptionVisitor& v) {
    v.text({"path", "CSV file with a header; empty: none"}, path);
    v.texts({"key", "columns whose texts, joined, are the network in the space's notation"}, key);
    v.text({"column", "the cost, in a unit of yours"}, column);
    term.visit(v);
}

void DeriveOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> orders{"probability", "validation"};
    v.integer({"candidates", "networks that the search ends with; each goes to the objective", 1, 1e6}, candidates);
    v.choice({"by", "the most likely, or of `pool` likely ones those of least validation loss in the supernet"}, by,
             orders);
    v.integer({"pool", "likely networks to validate", 1, 1e6}, pool);
}

void GradientStrategyOptions::visit(OptionVisitor& v) {
    GradientSearchOptions::visit(v);
    v.group({"latency", "price of the latency that the run's latency model tells"}, latency);
    v.subtree({"surrogate", "latency model that a measured latency is followed by: linear, mlp or table with a path"},
              surrogate);
    v.group({"params", "price of trainable parameters"}, params);
    v.group({"macs", "price of multiply-accumulates per image"}, macs);
    v.group({"memory", "price of the peak of an image's activations (bytes)"}, memory);
    v.group({"table", "price of a tabulated cost"}, table);
    v.group({"derive", "which networks the search ends with"}, derive);
}

bool is_gradient(const RunConfig& config) {
    const ConfigNode& strategy = config.strategy;
    const ConfigNode* name = strategy.kind == ConfigNode::Kind::map ? strategy.find("name") : &strategy;
    return name != nullptr && name->scalar == "gradient";
}

GradientStrategyOptions gradient_options(const RunConfig& config) {
    GradientStrategyOptions options;
    Diagnostics diagnostics;
    if (config.strategy.kind == ConfigNode::Kind::map)
        read_options(config.strategy, "strategy", diagnostics, options, {"name"});
    diagnostics.throw_if_any();
    return options;
}

const Registry<Strategy, StrategyContext>& search_strategies() {
    static const Registry<Strategy, StrategyContext> registry = [] {
        auto entries = strategies().entries();
        entries.push_back(gradient_entry());
        return Registry<Strategy, StrategyContext>(strategies().family(), std::move(entries));
    }();
    return registry;
}

void resolve_gradient(ConfigNode& strategy, Diagnostics& diagnostics) {
    const auto resolve = [&](const auto& registry, const char* key) {
        ConfigNode* node = strategy.find(key);
        if (node != nullptr && node->kind != ConfigNode::Kind::null)
            *node = registry.resolve(*node, fmt::format("strategy.{}", key), diagnostics);
    };
    resolve(optimizers(), "optimizer");
    resolve(estimators(), "estimator");
    resolve(latency_models(), "surrogate");
}

void check_gradient(const RunConfig& config, const ConfigNode& root, Diagnostics& diagnostics) {
    if (const ConfigNode* candidates = child(child(&root, "search"), "candidates"))
        diagnostics.add(candidates->where, "search.candidates",
                        "gradient evaluates the networks that it derives: expected strategy.derive.candidates instead");
    const ConfigNode& strategy = config.strategy;
    GradientStrategyOptions options;
    Diagnostics known;  // its mistakes were reported when it was resolved
    if (strategy.kind == ConfigNode::Kind::map) read_options(strategy, "strategy", known, options, {"name"});
    if (!known.empty()) return;
    if (!config.has_data())
        diagnostics.add(strategy.where, "strategy", "gradient needs a group data: it trains a network");
    if (config.screening.enabled())
        diagnostics.add(strategy.where, "strategy", "gradient searches the whole space: expected no group screening");
    const LatencyTermOptions& latency = options.latency;
    if (latency.form != "none" && !config.has_latency())
        diagnostics.add(where(strategy, "latency"), "strategy.latency",
                        "needs a latency model: expected a group latency in the configuration");
    check_latency_price(strategy, options, diagnostics);
    check_surrogate(strategy, options, diagnostics);
    check_cost(strategy, "params", options.params, diagnostics);
    check_cost(strategy, "macs", options.macs, diagnostics);
    check_cost(strategy, "memory", options.memory, diagnostics);
    check_cost(strategy, "table", options.table.term, diagnostics);
    if (options.table.term.coefficient > 0 && (options.table.path.empty() || options.table.column.empty()))
        diagnostics.add(where(strategy, "table"), "strategy.table", "expected a path and a column");
    if (options.derive.by == "validation" && options.derive.pool < options.derive.candidates)
        diagnostics.add(
            where(strategy, "derive", "pool"), "strategy.derive.pool",
            fmt::format("expected at least the {} candidates, got {}", options.derive.candidates, options.derive.pool));
}

}  // namespace hpnas

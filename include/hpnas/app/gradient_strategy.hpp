#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/app/run_config.hpp"
#include "hpnas/config/registry.hpp"
#include "hpnas/strategy/strategy.hpp"
#include "hpnas/supernet/gradient_search_options.hpp"
#include "hpnas/supernet/objective_terms.hpp"

namespace hpnas {

/// A cost of whole networks that no gradient reaches: coefficient * max(cost - target, 0).
struct CostTermOptions {
    double coefficient = 0;  ///< nat per unit of the cost; 0: no such term
    double target = 0;
    void visit(OptionVisitor& v);
};

/// A cost that a CSV file tells, e.g. energy.
struct TableCostOptions {
    std::string path;
    std::vector<std::string> key{"arch"};
    std::string column;
    CostTermOptions term;
    void visit(OptionVisitor& v);
};

/// Which networks a gradient search ends with.
struct DeriveOptions {
    std::int64_t candidates = 1;
    std::string by = "probability";
    std::int64_t pool = 16;
    void visit(OptionVisitor& v);
};

/// YAML `strategy: {name: gradient, ...}`: the search by gradient, what else it minimises, and what becomes of it.
struct GradientStrategyOptions : GradientSearchOptions {
    LatencyTermOptions latency;
    ConfigNode surrogate;
    CostTermOptions params, macs, memory;
    TableCostOptions table;
    DeriveOptions derive;
    void visit(OptionVisitor& v);
};

bool is_gradient(const RunConfig& config);
/// @pre is_gradient(config), which was read without mistakes
GradientStrategyOptions gradient_options(const RunConfig& config);

/// Every strategy that a run can name: strategies(), and `gradient`, which joins both halves of the program. As a
/// Strategy it proposes the context's pool in order: the networks that were derived.
const Registry<Strategy, StrategyContext>& search_strategies();

/// Replaces the components in the options of a gradient search by what they mean, defaults included.
void resolve_gradient(ConfigNode& strategy, Diagnostics& diagnostics);
/// Adds what a gradient search lacks in the rest of the configuration, and what it would not look at.
/// @param root  the configuration as given
void check_gradient(const RunConfig& config, const ConfigNode& root, Diagnostics& diagnostics);

}  // namespace hpnas

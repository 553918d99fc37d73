#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/eval/table_evaluator.hpp"
#include "hpnas/supernet/black_box.hpp"
#include "hpnas/supernet/gradient_search.hpp"

namespace hpnas {

/// What a gradient search minimises besides the loss of the weight-sharing network: latency by the run's model and
/// other costs of whole networks. Each is a BlackBoxObjective: the cost itself at architectures; between them a latency
/// surrogate (of a table its exact linear form), or for the other costs a line fitted to random networks.
class SearchTerms {
public:
    /// Collective. @throws AgreedError if the latency target is below every network of the space, or a surrogate does
    /// not fit
    SearchTerms(Session& session, Workbench& bench, const GradientStrategyOptions& options);
    SearchTerms(const SearchTerms&) = delete;
    SearchTerms& operator=(const SearchTerms&) = delete;

    void add_to(GradientSearch& search);
    /// Of the terms in their order: "latency", "params", ...
    const std::vector<std::string>& names() const noexcept { return names_; }
    /// @param step  architecture steps done, for the ramp of the latency's price
    void set_step(std::int64_t step) noexcept { step_ = step; }
    /// Latency of an architecture as the search sees it, on this rank alone. NaN without a latency term.
    double latency_ms(const Encoding& x) const;

private:
    using Cost = BlackBoxObjective::Cost;
    using Surrogate = BlackBoxObjective::Surrogate;
    void add_latency(Session& session, Workbench& bench, const GradientStrategyOptions& options);
    void use_latency(Session& session, Workbench& bench, const GradientStrategyOptions& options);
    Surrogate surrogate_of(LatencyModel& model) const;
    void check_target(const LatencyTermOptions& options, const ConfigNode& strategy, const Surrogate& surrogate) const;
    void add_costs(const GradientStrategyOptions& options, std::uint64_t seed);
    void add_cost(const std::string& name, const CostTermOptions& options, Cost cost, std::uint64_t seed);
    void add(std::string name, Cost cost, Surrogate surrogate, BlackBoxObjective::Shape shape);

    const SearchSpace& space_;
    ChoiceGroups groups_;
    std::vector<std::string> names_;
    std::vector<std::unique_ptr<BlackBoxObjective>> terms_;
    std::unique_ptr<LatencyModel> own_surrogate_;
    std::unique_ptr<TableEvaluator> table_;
    Cost latency_ms_;  // on this rank
    std::int64_t step_ = 0;
};

}  // namespace hpnas

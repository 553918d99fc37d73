#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/search/choice_groups.hpp"
#include "hpnas/search/objective.hpp"
#include "hpnas/supernet/black_box.hpp"

namespace hpnas {

struct GapOptions {
    double lambda = 0.5;
    std::string form = "per_example";

    void visit(OptionVisitor& v);
};

/// Losses that also punish what does not generalise.
struct GapLoss {
    std::vector<double> losses;        ///< [N]; their mean is the objective
    std::vector<double> train_slopes;  ///< d losses[i] / d train[i]
    std::vector<double> val_slopes;    ///< d losses[i] / d val[i]
    double share_above = 0;            ///< of the examples with val > train
};

/// train + lambda |val - train| (UNAS' generalisation gap). Only the architecture is to see it; weights are trained on
/// the train loss. "per_example" pairs the i-th examples: losses[i] = train[i] + lambda |val[i] - train[i]|, as UNAS'
/// code does. As E|a - b|
/// >= |Ea - Eb| it also punishes the spread of the losses.
/// "mean" is mean(train) + lambda |mean(val) - mean(train)|, as the paper writes: losses[i] = train[i] + lambda sign *
/// (val[i] - train[i]) with the common sign of the difference of the means. The sign depends on every example, so with
/// an architecture per example this form biases an estimator; with one architecture for the mini-batch it does not. The
/// slope of |x| at 0 is 0.
/// @throws InternalError if the lengths differ or are 0
GapLoss generalisation_gap(std::span<const double> train, std::span<const double> val, const GapOptions& options);

struct LatencyTermOptions {
    std::string form = "none";
    double target_ms = 0;
    double coefficient = 0.1;
    std::int64_t ramp_steps = 30000;
    double alpha = 0.1;
    double beta = 1;

    void visit(OptionVisitor& v);
};

/// What a latency costs in units of the loss.
/// "hinge": coefficient * min(step / ramp_steps, 1) * max(latency - target, 0), as UNAS searches (0.1 per ms, 30000
/// steps). "power": alpha * latency^beta, as GPUNet's agent. "none": nothing. A shape for BlackBoxObjective: shape both
/// the measured and the surrogate latency.
class LatencyTerm {
public:
    /// @throws ConfigError for a hinge without a target
    explicit LatencyTerm(LatencyTermOptions options);
    /// @param latency_ms  a surrogate's may be negative: counted as 0   @param step  architecture steps done
    ValueSlope operator()(double latency_ms, std::int64_t step) const;

private:
    LatencyTermOptions options_;
    LatencyPenalty power_;
};

/// The choices of two slots that feed one node of a cell; indices of groups. Both inputs are chosen among the same
/// nodes, both operators from the same list.
struct BranchPair {
    std::size_t input0 = 0, op0 = 0, input1 = 0, op1 = 0;
};

/// weight times the sum over pairs of (input0 . input1)(op0 . op1): at an architecture the number of nodes whose two
/// branches are the same (UNAS: weight 0.2). Adds the gradient by the point.
/// @param point, gradient [total]   @throws InternalError if the slots of a pair have different numbers of options
double add_duplicate_branches(const ChoiceGroups& groups, std::span<const BranchPair> pairs, double weight,
                              std::span<const double> point, std::span<double> gradient);

}  // namespace hpnas

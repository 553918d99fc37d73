#include "hpnas/supernet/objective_terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

double sign(double x) noexcept { return x > 0 ? 1 : x < 0 ? -1 : 0; }

double dot(std::span<const double> a, std::span<const double> b) {
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void add_scaled(std::span<const double> from, double factor, std::span<double> to) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * from[i];
}

}  // namespace

void GapOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> forms{"per_example", "mean"};
    v.number({"lambda", "weight of |validation loss - train loss|; 0: off", 0, 1e3}, lambda);
    v.choice({"form", "absolute difference of paired examples, or of the means"}, form, forms);
}

GapLoss generalisation_gap(std::span<const double> train, std::span<const double> val, const GapOptions& options) {
    if (train.empty() || train.size() != val.size())
        throw InternalError(
            fmt::format("generalisation gap: {} train losses, {} validation losses", train.size(), val.size()));
    const double common =
        sign(std::accumulate(val.begin(), val.end(), 0.0) - std::accumulate(train.begin(), train.end(), 0.0));
    GapLoss gap;
    std::size_t above = 0;
    for (std::size_t i = 0; i < train.size(); ++i) {
        const double slope = options.lambda * (options.form == "mean" ? common : sign(val[i] - train[i]));
        gap.losses.push_back(train[i] + slope * (val[i] - train[i]));
        gap.train_slopes.push_back(1 - slope);
        gap.val_slopes.push_back(slope);
        above += val[i] > train[i] ? 1 : 0;
    }
    gap.share_above = static_cast<double>(above) / static_cast<double>(train.size());
    return gap;
}

void LatencyTermOptions::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 3> forms{"none", "hinge", "power"};
    v.choice(
        {"form", "hinge: coefficient * max(latency - target_ms, 0); power: alpha * latency^beta; none: no such term"},
        form, forms);
    v.number({"target_ms", "latency that costs nothing (hinge)", 0, 1e9}, target_ms);
    v.number({"coefficient", "loss per ms over the target (hinge)", 0, 1e9}, coefficient);
    v.integer({"ramp_steps", "architecture steps over which the coefficient rises from 0; 0: at once", 0, 1000000000},
              ramp_steps);
    v.number({"alpha", "loss per ms^beta (power)", 0, 1e9}, alpha);
    v.number({"beta", "exponent (power)", 1e-3, 100}, beta);
}

LatencyTerm::LatencyTerm(LatencyTermOptions options)
    : options_(std::move(options)), power_{.alpha = options_.alpha, .beta = options_.beta} {
    if (options_.form == "hinge" && options_.target_ms <= 0)
        throw ConfigError(fmt::format("latency term: target_ms: expected a number > 0, got {}", options_.target_ms));
}

ValueSlope LatencyTerm::operator()(double latency_ms, std::int64_t step) const {
    if (options_.form == "none") return {};
    if (options_.form == "power") {
        if (latency_ms <= 0) return {};
        const double slope = options_.alpha * options_.beta * std::pow(latency_ms, options_.beta - 1);
        return {power_(0, latency_ms), slope};
    }
    if (latency_ms <= options_.target_ms) return {};
    const double ramp = options_.ramp_steps == 0
                            ? 1.0
                            : std::min(static_cast<double>(step) / static_cast<double>(options_.ramp_steps), 1.0);
    const double coefficient = options_.coefficient * ramp;
    return {coefficient * (latency_ms - options_.target_ms), coefficient};
}

double add_duplicate_branches(const ChoiceGroups& groups, std::span<const BranchPair> pairs, double weight,
                              std::span<const double> point, std::span<double> gradient) {
    double sum = 0;
    for (const BranchPair& pair : pairs) {
        if (groups.size(pair.input0) != groups.size(pair.input1) || groups.size(pair.op0) != groups.size(pair.op1))
            throw InternalError("duplicate branches: the two slots of a node have different numbers of options");
        const auto in0 = groups.slice(point, pair.input0), in1 = groups.slice(point, pair.input1);
        const auto op0 = groups.slice(point, pair.op0), op1 = groups.slice(point, pair.op1);
        const double inputs = dot(in0, in1), ops = dot(op0, op1);
        sum += inputs * ops;
        add_scaled(in1, weight * ops, groups.slice(gradient, pair.input0));
        add_scaled(in0, weight * ops, groups.slice(gradient, pair.input1));
        add_scaled(op1, weight * inputs, groups.slice(gradient, pair.op0));
        add_scaled(op0, weight * inputs, groups.slice(gradient, pair.op1));
    }
    return weight * sum;
}

}  // namespace hpnas

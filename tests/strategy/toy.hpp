#pragma once
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/strategy/builtin.hpp"

namespace hpnas::toy {

inline Decision decision(std::string name, std::size_t n, bool ordered = true) {
    Decision result{std::move(name), {}, ordered};
    for (std::size_t i = 0; i < n; ++i) result.values.push_back(static_cast<double>(i));
    return result;
}

/// Three stages of (depth, width, kernel, act); a stage of depth 0 has no other choices. 5 * 6 * 2 * 3 per stage: 5.8e6
/// encodings.
inline StrategyContext stages(std::uint64_t seed) {
    StrategyContext context;
    for (const char* stage : {"a", "b", "c"}) {
        context.decisions.push_back(decision(std::string(stage) + ".depth", 5));
        context.decisions.push_back(decision(std::string(stage) + ".width", 6));
        context.decisions.push_back(decision(std::string(stage) + ".kernel", 2));
        context.decisions.push_back(decision(std::string(stage) + ".act", 3, false));
    }
    context.seed = seed;
    context.canonical = [](const Encoding& x) {
        Encoding y = x;
        for (std::size_t s = 0; s < y.size(); s += 4)
            if (y[s] == 0) y[s + 1] = y[s + 2] = y[s + 3] = 0;
        return y;
    };
    return context;
}

/// A latency that grows with depth times width, for feasibility tests; in [0, 60].
inline double latency_ms(const Encoding& x) {
    double sum = 0;
    for (std::size_t s = 0; s < x.size(); s += 4) sum += x[s] * (1.0 + x[s + 1] * 0.8);
    return sum;
}

/// Separable: squared distance of each scaled choice to a target inside its range, categorical slots 0 or 1; minimum
/// near 0.
inline double separable(const Encoding& x, const std::vector<Decision>& decisions) {
    double sum = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double target = 0.3 + 0.1 * static_cast<double>(i % 5);
        const double u = x[i] / static_cast<double>(decisions[i].values.size() - 1);
        sum += decisions[i].ordered ? (u - target) * (u - target) : (x[i] == 1 ? 0.0 : 0.3);
    }
    return sum;
}

/// @param yaml  e.g. "bayes" or "{name: bayes, initial: 5}"
inline std::unique_ptr<Strategy> make(const std::string& yaml, StrategyContext context) {
    Diagnostics diagnostics;
    auto strategy = strategies().make(parse_yaml(yaml, "test"), "strategy", diagnostics, std::move(context));
    diagnostics.throw_if_any();
    return strategy;
}

inline Evaluation ok(const Candidate& candidate, double objective) {
    Evaluation result;
    result.candidate = candidate.id;
    result.objectives = {objective};
    return result;
}

inline Evaluation failed(const Candidate& candidate) {
    Evaluation result;
    result.candidate = candidate.id;
    result.status = EvalStatus::failed;
    result.reason = "diverged";
    return result;
}

}  // namespace hpnas::toy

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/core/units.hpp"

namespace hpnas {

/// One discrete decision of a search space, e.g. "stage2.layers".
struct Decision {
    std::string name;            ///< unique in its space; part of the file format, never renamed
    std::vector<double> values;  ///< the choices, e.g. {32, 48, 64, 80}
    bool ordered = true;         ///< neighbouring choices behave alike (depth, width); false: categorical (activation)
};

/// Choice index per decision.
using Encoding = std::vector<std::int16_t>;

/// A proposal. `id` numbers candidates in proposal order and seeds every random draw made for this candidate.
struct Candidate {
    std::int64_t id = -1;
    Encoding encoding;
    std::vector<std::int64_t> parents;
    std::int32_t generation = -1;  ///< of the strategy, from 0; -1: a strategy without generations
};

enum class EvalStatus : std::uint8_t { ok = 0, infeasible = 1, failed = 2 };  // stored: keep the values

/// What came of a candidate. A bad candidate is data: a status and one sentence.
struct Evaluation {
    std::int64_t candidate = -1;
    EvalStatus status = EvalStatus::ok;
    std::vector<double> objectives;  ///< minimised; in the order and units of the run's objectives; empty unless ok
    std::vector<double> metrics;     ///< named by the evaluator (params, macs, latency, accuracy); NaN where unknown
    Seconds wall{0};
    std::string reason;  ///< why not ok: one sentence
};

/// A named column of numbers, e.g. {"val_accuracy", "%", "top-1 accuracy on the validation split"}.
struct Quantity {
    std::string name;
    std::string unit;  ///< "ms", "1", "count", "%"
    std::string doc;
    bool maximise = false;  ///< larger is better (for ranking and Pareto fronts; objectives are always minimised)
    int version = 0;        ///< of the formula behind it; 0: none
};

}  // namespace hpnas

#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hpnas/eval/limits.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// An objective under the name and sign of what it is made of, a score or a table's column.
struct ObjectiveReading {
    std::string name;
    bool negated = false;  ///< the objective is minus this, as larger is better
    std::string unit = "1";
};

/// Turns a candidate into an evaluation on one rank. Implementations train, score or look up.
class Evaluator {
public:
    /// Called between training steps (about every 50 ms or less): lets rank 0 serve requests while it computes. Returns
    /// false if the evaluation shall be abandoned (stop requested): evaluate() then returns nothing.
    using Poll = std::function<bool()>;

    virtual ~Evaluator() = default;
    virtual std::span<const Quantity> objectives() const noexcept = 0;
    virtual std::span<const Quantity> metrics() const noexcept = 0;
    /// The first so many metrics are deterministic; those after them are measured times and rates, to be stored apart.
    virtual std::size_t n_deterministic_metrics() const noexcept { return metrics().size(); }
    /// What a candidate must keep to be evaluated; a search may leave the others out beforehand.
    virtual CandidateLimits limits() const { return {}; }
    /// How the objectives are read, by which results are listed; empty: they mean nothing by themselves, as where
    /// trained networks are listed by accuracy and latency.
    virtual std::vector<ObjectiveReading> readings() const { return {}; }
    /// The quantity that tells a reader how good a candidate is: the first objective, or the metric whose negative it
    /// is.
    virtual std::string_view headline() const { return objectives().front().name; }
    /// What decides evaluations beside the options, as lines "facts.key=value": a run is not continued if it changed.
    virtual std::vector<std::string> facts() const { return {}; }
    /// Never throws for a bad candidate: one that does not fit the memory or whose objective is not finite is `failed`,
    /// one that is no network (ShapeError, EncodingError) is `infeasible`, each with its reason. Any other exception is
    /// nobody's candidate's fault (missing data, a table that refuses to measure, a mistake in the program) and passes
    /// through. `wall` is filled. Deterministic given (run seed, candidate id, encoding) and the number of threads.
    std::optional<Evaluation> evaluate(const Candidate& candidate, const Poll& poll);

    /// Every evaluation is done inside of this from now on, e.g. NodeTurn::compute.
    void set_around(std::function<void(const std::function<void()>&)> around) { around_ = std::move(around); }

private:
    std::function<void(const std::function<void()>&)> around_;
    virtual std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) = 0;
};

}  // namespace hpnas

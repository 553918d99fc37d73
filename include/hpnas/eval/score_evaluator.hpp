#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/config/node.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/eval/evaluator_context.hpp"
#include "hpnas/eval/limits.hpp"
#include "hpnas/eval/score_set.hpp"

namespace hpnas {

struct ScoreEvaluatorOptions {
    ConfigNode score, extra;
    std::vector<std::string> objectives;
    std::int64_t batch = 64;
    std::int64_t repeats = 1;
    CandidateLimits limits;
    ScoreEvaluatorOptions();
    void visit(OptionVisitor& v);
};

/// Objective `score`: computes train-free scores of the candidate with fresh random weights, or with those that it
/// takes of the context's pretrained ones; nothing is trained. The first objective is the score, negated where larger
/// is better; the further ones are costs or extra scores. Metrics: params, macs, memory_bytes, layers, latency_ms,
/// energy_mj, the space's counts, every score and every term of a composite score, then the time score_seconds. Random
/// weights and inputs are a function of the run's seed and the repeat alone: a network has one score wherever it
/// appears, and candidates are compared on common random numbers. A score that is not defined in one of the repeats is
/// not defined; a candidate with an undefined objective has failed, and keeps its other metrics.
class ScoreEvaluator final : public Evaluator {
public:
    /// @throws ConfigError if a score or objective is unknown, or latency or energy is wanted and the context has no
    /// model
    ScoreEvaluator(ScoreEvaluatorOptions options, const EvaluatorContext& context);

    std::span<const Quantity> objectives() const noexcept override { return objectives_; }
    std::span<const Quantity> metrics() const noexcept override { return metrics_; }
    std::size_t n_deterministic_metrics() const noexcept override { return metrics_.size() - 1; }
    CandidateLimits limits() const override { return options_.limits; }
    /// The metric that is the first objective.
    std::string_view headline() const override { return objective_metrics_.front(); }
    std::vector<ObjectiveReading> readings() const override;
    /// The versions of the scores, and what the energy model says.
    std::vector<std::string> facts() const override;

    /// Samples that a score looks at.
    std::int64_t batch() const noexcept { return options_.batch; }
    /// Names of the metrics that the objectives are made of, and by which results are compared.
    const std::vector<std::string>& objective_metrics() const noexcept { return objective_metrics_; }
    /// The scores; composite ones take their reference sample here.
    ScoreSet& scores() noexcept { return scores_; }
    /// What the scores compute of one network, without a candidate around it: for reference samples.
    /// @return nothing if the poll said stop
    std::optional<std::vector<double>> raw_values(const Encoding& x, const Poll& poll) const;

private:
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override;
    void add_objective(const std::string& name, bool maximise);
    void set_objectives(Evaluation& evaluation) const;
    std::optional<std::vector<double>> score(const Network& network, double latency_ms, const Poll& poll) const;

    ScoreEvaluatorOptions options_;
    EvaluatorContext context_;
    std::vector<LimitedQuantity> limits_;
    ScoreSet scores_;
    std::vector<Quantity> objectives_, metrics_;
    std::vector<std::string> objective_metrics_;
    std::vector<std::size_t> score_columns_;                         // [scores] index of the metric
    std::vector<std::pair<std::size_t, std::size_t>> term_columns_;  // raw value, metric
    std::vector<bool> maximised_;                                    // [objectives]
    std::vector<std::size_t> objective_columns_;                     // [objectives] index of the metric
    std::function<ScoreBatch(std::int64_t repeat, const Shape& input, std::int64_t batch)> data_;
};

/// Seed of the random draws of one repeat, the same for every candidate.
std::uint64_t score_seed(std::uint64_t run_seed, std::int64_t repeat) noexcept;

}  // namespace hpnas

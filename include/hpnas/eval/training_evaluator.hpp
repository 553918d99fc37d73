#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/eval/evaluator_context.hpp"
#include "hpnas/eval/limits.hpp"
#include "hpnas/train/trainer.hpp"

namespace hpnas {

struct TrainingEvaluatorOptions {
    double alpha = 0;
    double beta = 1;
    std::vector<std::string> objectives{};
    CandidateLimits limits{};
    void visit(OptionVisitor& v) {
        v.number({"alpha", "weight of the latency in the objective (nat per ms^beta); 0: accuracy alone", 0}, alpha);
        v.number({"beta", "power of the latency in the objective (dimensionless)", 1e-6, 100}, beta);
        v.texts({"objectives", "further objectives for strategies of many: latency, energy, params, macs or memory"},
                objectives);
        v.group({"limits", "bounds; a candidate outside is infeasible and not trained"}, limits);
    }
};

/// Objective `train`: trains the candidate and returns validation cross-entropy + alpha * latency^beta (nat; latency in
/// ms as the latency model predicts it); costs may be further objectives. Metrics: val_ce, val_top1, val_top5,
/// train_loss, params, macs, memory_bytes, latency_ms, energy_mj, epochs, then the times train_seconds and
/// images_per_second. Deterministic if the latency and energy models are (tables are; `measured` and `rapl` are not).
/// Source of the objective: GPUNet's agent (Wang et al., CVPR 2022), additive form.
class TrainingEvaluator final : public Evaluator {
public:
    /// @throws ConfigError if the context lacks space, device, data or training options, a further objective is
    ///         unknown, or a cost is wanted that no model tells; and as Trainer
    TrainingEvaluator(TrainingEvaluatorOptions options, const EvaluatorContext& context);

    std::span<const Quantity> objectives() const noexcept override { return objectives_; }
    std::span<const Quantity> metrics() const noexcept override;
    std::size_t n_deterministic_metrics() const noexcept override;
    CandidateLimits limits() const override { return options_.limits; }
    /// What the energy model says.
    std::vector<std::string> facts() const override;

private:
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override;
    std::optional<Evaluation> train(const Candidate& candidate, const Network& network, Evaluation evaluation,
                                    const Poll& poll);
    void add_objective(const std::string& name);

    TrainingEvaluatorOptions options_;
    EvaluatorContext context_;
    std::vector<LimitedQuantity> limits_;
    std::vector<Quantity> objectives_;
    std::vector<std::size_t> cost_objectives_;  // metrics that are the further objectives
    Trainer trainer_;
};

/// Seed of everything random in one candidate's evaluation.
std::uint64_t candidate_seed(std::uint64_t run_seed, std::int64_t candidate) noexcept;

}  // namespace hpnas

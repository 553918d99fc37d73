#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/eval/evaluator.hpp"
#include "hpnas/eval/limits.hpp"
#include "hpnas/latency/latency_model.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/trainer.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas {

/// What every evaluator gets from the run. The pointers may be null where a run has no such thing; what they point to
/// must outlive the evaluator. The arena of `device` sets the memory limit of a candidate.
struct EvaluatorContext {
    const SearchSpace* space = nullptr;
    const Device* device = nullptr;
    const ImageTask* task = nullptr;
    const TrainingOptions* training = nullptr;
    LatencyModel* latency = nullptr;
    std::uint64_t seed = 0;  ///< of the run
    /// What sets the pretrained weights that a network takes, see ProbeSettings::weights; empty: there are none.
    std::function<std::function<void(Parameters&)>(const Network&)> pretrained{};
};

struct TrainingEvaluatorOptions {
    double alpha = 0;
    double beta = 1;
    CandidateLimits limits;
    void visit(OptionVisitor& v) {
        v.number({"alpha", "weight of the latency in the objective (nat per ms^beta); 0: accuracy alone", 0}, alpha);
        v.number({"beta", "power of the latency in the objective (dimensionless)", 1e-6, 100}, beta);
        v.group({"limits", "bounds; a candidate outside is infeasible and not trained"}, limits);
    }
};

/// Objective `train`: trains the candidate and returns validation cross-entropy + alpha * latency^beta (nat; latency in
/// ms as the latency model predicts it). Metrics: val_ce, val_top1, val_top5, train_loss, params, macs, latency_ms,
/// epochs, then the times train_seconds and images_per_second. Deterministic if the latency model is (a table is;
/// `measured` is not). Source of the objective: GPUNet's agent (Wang et al., CVPR 2022), additive form.
class TrainingEvaluator final : public Evaluator {
public:
    /// @throws ConfigError if the context lacks space, device, data or training options, or alpha > 0 or a latency
    /// limit is set
    ///         without a latency model; and as Trainer
    TrainingEvaluator(TrainingEvaluatorOptions options, const EvaluatorContext& context);

    std::span<const Quantity> objectives() const noexcept override;
    std::span<const Quantity> metrics() const noexcept override;
    std::size_t n_deterministic_metrics() const noexcept override;
    CandidateLimits limits() const override { return options_.limits; }

private:
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override;
    std::optional<Evaluation> train(const Candidate& candidate, const Network& network, Evaluation evaluation,
                                    const Poll& poll);

    TrainingEvaluatorOptions options_;
    EvaluatorContext context_;
    std::vector<LimitedQuantity> limits_;
    Trainer trainer_;
};

/// Seed of everything random in one candidate's evaluation.
std::uint64_t candidate_seed(std::uint64_t run_seed, std::int64_t candidate) noexcept;

}  // namespace hpnas

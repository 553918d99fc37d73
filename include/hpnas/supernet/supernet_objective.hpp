#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/data/batch_loader.hpp"
#include "hpnas/search/relaxed_objective.hpp"
#include "hpnas/supernet/objective_terms.hpp"
#include "hpnas/supernet/relaxed_executor.hpp"

namespace hpnas {

/// What architectures are judged by.
struct SupernetLossOptions {
    GapOptions gap;
    std::string images = "train";
    double duplicate_weight = 0.2;
    double skip_below = 0;

    void visit(OptionVisitor& v);
};

/// Cross-entropy of a weight-sharing network with its present weights, on a pair of mini-batches: per example the
/// training loss plus lambda times the generalisation gap, plus a penalty on branches chosen twice. Batch norms use the
/// statistics of the batch, in every pass; through them an example's loss depends on the others' architectures, so with
/// an architecture per example a row's gradient is that of the sum of all losses by the row's point. Discrete losses
/// run the chosen branches only. Keeps supernet, parameters and device by reference.
class SupernetObjective final : public RelaxedObjective {
public:
    SupernetObjective(const Supernet& supernet, Parameters& parameters, const Device& device, std::int64_t batch,
                      std::int64_t n_classes, SupernetLossOptions options);

    /// One of the two mini-batches: fill `images`, then set its labels.
    struct Batch {
        std::vector<float> images;   ///< [batch, H, W, C]
        std::vector<float> targets;  ///< [batch, classes]
        std::vector<std::int64_t> samples;
    };
    Batch& train() noexcept { return train_; }
    Batch& validation() noexcept { return validation_; }
    void set_labels(Batch& batch, const BatchLabels& labels) const;
    /// Seeds dropout. @param step  a new number for every pair of mini-batches
    void set_step(std::uint64_t seed, std::uint64_t step) noexcept;

    const ChoiceGroups& groups() const noexcept override { return supernet_.groups; }
    std::size_t examples() const noexcept override { return train_.samples.size(); }

    /// Gradient of the mean cross-entropy of the train batch by the weights, at these points, in
    /// executor().gradients().
    /// @param points [rows, total]   @return the mean loss, nat; if it is not finite there was no backward pass
    double weight_gradient(std::span<const double> points);
    Executor& executor() noexcept { return full_.executor(); }
    std::size_t memory_bytes() const noexcept { return full_.memory_bytes() + forward_only_.memory_bytes(); }
    /// Mean cross-entropy of the validation batch at an architecture, nat, whatever the options say.
    double validation_loss(const Encoding& x);
    bool needs_validation() const noexcept { return options_.gap.lambda > 0 || options_.images == "validation"; }

    /// Means of what was evaluated last, NaN where nothing was.
    struct Report {
        double train, validation, share_above, share_skipped;
    };
    /// Of relaxed points.
    const Report& relaxed() const noexcept { return relaxed_; }
    /// Of discrete architectures.
    const Report& discrete() const noexcept { return discrete_; }

private:
    void do_value(std::span<const std::int16_t> choices, std::span<double> losses) override;
    void do_value_and_grad(std::span<const double> points, std::span<double> losses,
                           std::span<double> gradients) override;
    std::vector<double> forward(RelaxedExecutor& network, const Batch& batch);
    void backward(const Batch& batch, std::span<const double> slopes, std::span<double> gradients);
    GapLoss combine(std::span<const double> train, std::span<const double> validation, Report& report) const;
    double penalty(std::span<const double> point, std::span<double> gradient) const;
    void reduce(std::span<const double> per_example, std::span<double> losses) const;
    StepContext context(const Batch& batch) const { return {seed_, step_, batch.samples}; }

    const Supernet& supernet_;
    std::int64_t n_classes_;
    SupernetLossOptions options_;
    RelaxedExecutor forward_only_, full_;
    Batch train_, validation_;
    std::vector<float> losses_, diff_logits_;  // of one pass
    std::uint64_t seed_ = 0, step_ = 0;
    Report relaxed_, discrete_;
};

}  // namespace hpnas

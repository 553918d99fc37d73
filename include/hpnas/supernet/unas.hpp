#pragma once
#include "hpnas/supernet/control_fit.hpp"
#include "hpnas/supernet/sampling.hpp"

namespace hpnas {

struct UnasOptions {
    SamplingOptions sampling;
    TemperatureOptions relaxation;
    BaselineOptions baseline;
    double control_scale = 1;
    bool fit_control_scale = false;
    bool coupled = true;

    void visit(OptionVisitor& v);
};

/// UNAS: the score function with the loss at a relaxed point as control variate, unbiased for the discrete objective
/// whatever the relaxed function is. Three terms, with eta the control scale and b the baseline:
///   (L(z) - eta L(zeta) - b) grad log p(z)  -  eta grad E[L(zeta) | z]  +  eta grad E[L(zeta)],
/// the two gradients through the Gumbel-Softmax samples, conditional on z and unconditional. Coupled: both are the same
/// point, so one relaxed pass serves all three terms. Not coupled: the conditional sample has noise of its own, one
/// more relaxed pass. A fitted eta is the one of least variance in past steps, together with the baseline if that is a
/// moving average (else the moving average is of L(z) - eta L(zeta)).
/// Sources: Vahdat et al., UNAS, CVPR 2020; Tucker et al., REBAR, NeurIPS 2017.
class UnasEstimator final : public GradientEstimator {
public:
    /// @throws ConfigError for a leave-one-out baseline without a second sample
    explicit UnasEstimator(UnasOptions options);
    const EstimatorInfo& info() const noexcept override { return info_; }

private:
    struct Draw;
    struct RowWeights;
    void do_estimate(const Term& term, TermEstimate& result) const override;
    Draw draw(const Term& term, std::int64_t sample, double temperature) const;
    void add_path(const Term& term, const Draw& draw, const RowWeights& weights, std::span<double> path) const;
    void add_row(const Term& term, const Draw& draw, const RowWeights& weights, TermEstimate& result) const;
    ControlFit control(const Term& term) const;

    UnasOptions options_;
    EstimatorInfo info_;
};

}  // namespace hpnas

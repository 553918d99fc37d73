#pragma once
#include "hpnas/supernet/sampling.hpp"

namespace hpnas {

struct ReinforceOptions {
    SamplingOptions sampling;
    BaselineOptions baseline{.baseline = "ema"};

    void visit(OptionVisitor& v) {
        sampling.visit(v);
        baseline.visit(v);
    }
};

/// The score function (L(z) - b) grad log p(z): unbiased, needs discrete losses only, noisy.
/// Sources: Williams, Machine Learning 8 (1992) 229; leave-one-out: Kool, van Hoof, Welling, ICLR 2019 workshop.
class ReinforceEstimator final : public GradientEstimator {
public:
    /// @throws ConfigError for a leave-one-out baseline without a second sample
    explicit ReinforceEstimator(ReinforceOptions options);
    const EstimatorInfo& info() const noexcept override { return info_; }

private:
    void do_estimate(const Term& term, TermEstimate& result) const override;

    ReinforceOptions options_;
    EstimatorInfo info_{"reinforce", true, 1, 0};
};

}  // namespace hpnas

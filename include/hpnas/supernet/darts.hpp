#pragma once
#include "hpnas/supernet/sampling.hpp"

namespace hpnas {

struct DartsOptions {
    double soften = 0;

    void visit(OptionVisitor& v) {
        v.number({"soften", "added to every probability before it is normalised", 0, 1e3}, soften);
    }
};

/// Gradient of the relaxed loss at the probabilities themselves: no noise, and no discrete architecture ever looked at.
/// First order: the weights' answer to a change of the logits is left out.
/// Source: Liu, Simonyan, Yang, DARTS, ICLR 2019.
class DartsEstimator final : public GradientEstimator {
public:
    explicit DartsEstimator(DartsOptions options) : GradientEstimator(options.soften) {}
    const EstimatorInfo& info() const noexcept override { return info_; }

private:
    void do_estimate(const Term& term, TermEstimate& result) const override;

    EstimatorInfo info_{"darts", false, 0, 1};
};

}  // namespace hpnas

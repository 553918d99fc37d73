#pragma once
#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct GradNormOptions {
    bool joint = false;  ///< one norm over all trainable parameters (Zen-NAS) instead of a sum of the layers' norms
    void visit(OptionVisitor& v);
};

/// Sum over convolutions and linear layers of ||dL/dtheta||_2, theta the layer's weights, L the mean cross-entropy of
/// the batch at initialisation in training mode. Source: Abdelfattah et al., ICLR 2021.
class GradNorm final : public Score {
public:
    explicit GradNorm(GradNormOptions options) : options_(options) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    GradNormOptions options_;
};

}  // namespace hpnas

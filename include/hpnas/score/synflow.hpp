#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// ln of the sum over convolutions and linear layers of sum |w dR/dw|, R = sum of the outputs for an input of ones, all
/// parameters by their absolute values, norms bypassed (see score/flow.hpp): no overflow at any depth. Data free. Not
/// defined for a network that nothing flows through. Source: Tanaka et al., NeurIPS 2020; Abdelfattah et al., ICLR
/// 2021.
class Synflow final : public Score {
public:
    explicit Synflow(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

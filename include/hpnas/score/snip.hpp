#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Sum over the weights of convolutions and linear layers of |theta dL/dtheta|, L the mean cross-entropy of the batch
/// at initialisation in training mode. Source: Lee, Ajanthan, Torr, ICLR 2019; as a score Abdelfattah et al., ICLR
/// 2021.
class Snip final : public Score {
public:
    explicit Snip(NoScoreOptions) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

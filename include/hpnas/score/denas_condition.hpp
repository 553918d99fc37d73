#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Condition number of the neural tangent kernel as Intel's DE-NAS 1.2 computes it: the coupled form of score/ntk.hpp
/// with the batch norms' scales, 64 standard normal images, weights N(0, 1), without residual links. Smaller is better.
class DenasCondition final : public Score {
public:
    explicit DenasCondition(NoScoreOptions) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

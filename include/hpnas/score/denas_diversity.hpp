#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Diversity as Intel's DE-NAS 1.2 computes it, slips included, for comparison with score/diversity.hpp: one input,
/// training mode, and the sum over the matrices of denas_diversity_matrices of the Frobenius norms |W| |dR/dW|. 0 for
/// networks without attention. As in denas_saliency.hpp matrices are the candidate's own.
class DenasDiversity final : public Score {
public:
    explicit DenasDiversity(NoScoreOptions) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

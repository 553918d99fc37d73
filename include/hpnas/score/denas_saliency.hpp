#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Saliency as Intel's DE-NAS 1.2 computes it, slips included, for comparison with score/saliency.hpp: all weights
/// replaced by their magnitudes, one input, training mode with batch norms, layer norms and dropout in place, and the
/// sum over the matrices of denas_saliency_matrices of sum |w dR/dw| / rows. Its matrices are those of the super
/// network, whose unused rows and columns add to the number of rows; here they are the candidate's own.
class DenasSaliency final : public Score {
public:
    explicit DenasSaliency(NoScoreOptions) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

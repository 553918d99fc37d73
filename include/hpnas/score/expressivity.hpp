#pragma once
#include "hpnas/score/perturbation.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Expressivity of DE-NAS: as the Zen-score (score/zen.hpp), but without the term of the batch norms: ln of the mean L1
/// change of the feature map; mean over the repeats. Source: Intel's DE-NAS, 2022 (e2eAIOK).
class Expressivity final : public Score {
public:
    explicit Expressivity(PerturbationOptions options) : options_(std::move(options)) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    PerturbationOptions options_;
};

}  // namespace hpnas

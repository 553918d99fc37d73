#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// ln det K, K [n, n] counting the units of all ReLUs that two samples of the batch switch alike; training mode at
/// initialisation. Not defined without ReLUs or if two samples have equal patterns. Only values of equal batch sizes
/// compare. Source: Mellor, Turner, Storkey, Crowley, ICML 2021 (their second version).
class Naswot final : public Score {
public:
    explicit Naswot(NoScoreOptions) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

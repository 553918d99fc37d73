#pragma once
#include <string>

#include "hpnas/score/perturbation.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct ZenOptions {
    PerturbationOptions perturbation;
    std::string variant = "paper";  ///< or "reference_code": running variances, as the authors' program takes them
    void visit(OptionVisitor& v);
};

/// Zen-score: ln of the mean L1 change of the feature map before global pooling when Gaussian images change by
/// gamma times Gaussian noise, plus sum over batch norms of ln sqrt(mean over channels of the variance of their input);
/// mean over the repeats. Not defined for a cut network or one that reads token ids.
/// The authors' program takes the running variance after two batches instead, which with momentum 0.1 lowers every
/// batch norm's term by about 0.83. Source: Lin et al., Zen-NAS, ICCV 2021.
class Zen final : public Score {
public:
    explicit Zen(ZenOptions options) : options_(std::move(options)) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    ZenOptions options_;
};

}  // namespace hpnas

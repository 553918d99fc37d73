#pragma once
#include <string>

#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct SaliencyOptions {
    std::string weights = "normal";  ///< or "standard": as the operators start
    void visit(OptionVisitor& v);
};

/// Saliency of DE-NAS: ln of the sum over layers of the mean over output channels of sum |w dR/dw| of the channel, on
/// the flow of score/flow.hpp. Layers: convolutions and linear layers; of networks with attention only the linear
/// layers next to an activation (the MLPs). Norms are bypassed; DE-NAS's own program keeps batch norms with a batch of
/// one, which normalises most of the flow away. Source: Intel's DE-NAS, 2022 (e2eAIOK).
class Saliency final : public Score {
public:
    explicit Saliency(SaliencyOptions options) : options_(std::move(options)) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    SaliencyOptions options_;
};

}  // namespace hpnas

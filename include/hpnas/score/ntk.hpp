#pragma once
#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct NtkOptions {
    bool coupled = false;      ///< batch norms in training mode, as TE-NAS
    bool norm_scales = false;  ///< scales of batch norms count as weights, as TE-NAS
    void visit(OptionVisitor& v);
};

/// Condition number lambda_max / lambda_min of the neural tangent kernel J J^T, row n of J being the gradient of the
/// sum of sample n's logits with respect to the weights of convolutions and linear layers; smaller is better.
/// lambda_min is at least 2.2e-16 n lambda_max. By default the batch norms' statistics are held at those of the batch,
/// so that a sample's logits are its own and one backward pass gives every row. `coupled` differentiates through the
/// statistics too (one backward pass per sample), which is TE-NAS's definition together with `norm_scales`. Source:
/// Chen, Gong, Wang, TE-NAS, ICLR 2021.
class Ntk final : public Score {
public:
    explicit Ntk(NtkOptions options) : options_(options) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    NtkOptions options_;
};

}  // namespace hpnas

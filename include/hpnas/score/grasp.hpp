#pragma once
#include "hpnas/config/options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

struct GraspOptions {
    double step = 0.01;  ///< relative change of the weights in the central difference
    void visit(OptionVisitor& v);
};

/// - theta^T H g: theta the weights of convolutions and linear layers, g = dL/dtheta, H their Hessian, L the mean
/// cross-entropy of the batch at initialisation in training mode. As H is symmetric this is - g . d/ds gradient(e^s
/// theta) at s = 0, which is taken by a central difference of gradients. Scaling all weights leaves the states of ReLUs
/// behind batch norms (and of ReLUs in networks without biases) as they are, so that along this direction the gradient
/// is smooth and no kink is crossed, which a difference along g would be; of other networks the value is an
/// approximation. Costs two more forward and backward passes.
/// Source: Wang, Zhang, Grosse, ICLR 2020; sign as Abdelfattah et al., ICLR 2021 (temperature 1, one iteration).
class Grasp final : public Score {
public:
    explicit Grasp(GraspOptions options) : options_(options) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;

    GraspOptions options_;
};

}  // namespace hpnas

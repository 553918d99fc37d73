#include "hpnas/score/grasp.hpp"

#include <cmath>
#include <limits>

#include "hpnas/score/random_weights.hpp"
#include "hpnas/score/training_pass.hpp"

namespace hpnas {
namespace {

/// g . gradient(factor * theta), over the weights alone.
class ScaledGradient {
public:
    explicit ScaledGradient(ScoreProbe& probe)
        : probe_(probe),
          pass_(probe.pass<TrainingPass>()),
          parameters_(initial_parameters(probe, probe.network())),
          executor_(probe.network(), parameters_, probe.device(), {.batch = probe.settings().batch}) {
        probe.fill_batch(executor_);
    }

    double project(double factor) {
        for (const Parameters::Entry* entry : pass_.weights()) {
            const std::span<const float> from = pass_.parameters().values(*entry);
            const std::span<float> to = parameters_.values(*entry);
            for (std::size_t i = 0; i < to.size(); ++i)
                to[i] = static_cast<float>(factor * static_cast<double>(from[i]));
        }
        executor_.forward();
        fill_loss_gradient(executor_, probe_.network(), probe_.batch().labels);
        executor_.backward();
        const std::vector<float>& g = pass_.loss_gradient();
        const std::span<const float> scaled = executor_.gradients();
        double sum = 0;
        for (const Parameters::Entry* entry : pass_.weights()) {
            const std::size_t end = entry->offset + pass_.parameters().values(*entry).size();
            for (std::size_t i = entry->offset; i < end; ++i)
                sum += static_cast<double>(g[i]) * static_cast<double>(scaled[i]);
        }
        return sum;
    }

private:
    ScoreProbe& probe_;
    TrainingPass& pass_;
    Parameters parameters_;
    Executor executor_;
};

}  // namespace

void GraspOptions::visit(OptionVisitor& v) {
    v.number({"step", "relative change of the weights in the central difference", 1e-4, 0.5}, step);
}

const ScoreInfo& Grasp::info() const noexcept {
    static const ScoreInfo info{.name = "grasp",
                                .needs_labels = true,
                                .doc = "- theta^T H g, H the Hessian of L, g = dL/dtheta (Wang et al., ICLR 2020)"};
    return info;
}

double Grasp::do_compute(ScoreProbe& probe) const {
    if (!probe.connected()) return std::numeric_limits<double>::quiet_NaN();
    ScaledGradient gradient(probe);
    const double above = gradient.project(std::exp(options_.step)), below = gradient.project(std::exp(-options_.step));
    return -(above - below) / (2 * options_.step);
}

}  // namespace hpnas

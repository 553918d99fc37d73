#include "hpnas/supernet/builtin.hpp"

#include "hpnas/supernet/darts.hpp"
#include "hpnas/supernet/pathwise.hpp"
#include "hpnas/supernet/reinforce.hpp"
#include "hpnas/supernet/unas.hpp"

namespace hpnas {

const Registry<GradientEstimator>& estimators() {
    static const Registry<GradientEstimator> registry(
        "estimator", {registry_entry<GradientEstimator, DartsEstimator, DartsOptions>(
                          "darts", "slope of the relaxed loss at the probabilities; biased, no noise"),
                      registry_entry<GradientEstimator, GdasEstimator, GdasOptions>(
                          "gdas", "straight-through Gumbel-Softmax, one path per sample; biased"),
                      registry_entry<GradientEstimator, ReinforceEstimator, ReinforceOptions>(
                          "reinforce", "score function with a baseline; unbiased, discrete losses only"),
                      registry_entry<GradientEstimator, SnasEstimator, SnasOptions>(
                          "snas", "slope of the relaxed loss at Gumbel-Softmax samples; biased, low variance"),
                      registry_entry<GradientEstimator, UnasEstimator, UnasOptions>(
                          "unas", "score function with a relaxed control variate; unbiased, low variance")});
    return registry;
}

}  // namespace hpnas

#include "hpnas/strategy/builtin.hpp"

#include "hpnas/strategy/bayes.hpp"
#include "hpnas/strategy/design_search.hpp"

namespace hpnas {

const Registry<Strategy, StrategyContext>& strategies() {
    static const Registry<Strategy, StrategyContext> registry(
        "strategy", {
                        registry_entry<Strategy, BayesSearch, BayesOptions, StrategyContext>(
                            "bayes", "Bayesian optimisation: Gaussian process, expected improvement, batches"),
                        registry_entry<Strategy, RandomSearch, NoOptions, StrategyContext>(
                            "random", "uniform over the pool, no repetition"),
                        registry_entry<Strategy, SobolSearch, NoOptions, StrategyContext>(
                            "sobol", "evenly spread by a Sobol sequence"),
                    });
    return registry;
}

}  // namespace hpnas

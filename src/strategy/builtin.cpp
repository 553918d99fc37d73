#include "hpnas/strategy/builtin.hpp"

#include "hpnas/strategy/bayes.hpp"
#include "hpnas/strategy/design_search.hpp"
#include "hpnas/strategy/evolution.hpp"
#include "hpnas/strategy/nsga2.hpp"
#include "hpnas/strategy/regularized_evolution.hpp"

namespace hpnas {

const Registry<Strategy, StrategyContext>& strategies() {
    static const Registry<Strategy, StrategyContext> registry(
        "strategy", {
                        registry_entry<Strategy, BayesSearch, BayesOptions, StrategyContext>(
                            "bayes", "Bayesian optimisation: Gaussian process, expected improvement, batches"),
                        registry_entry<Strategy, Evolution, EvolutionOptions, StrategyContext>(
                            "evolution", "DE-NAS's evolution: mutants and crossovers of a pool of the best"),
                        registry_entry<Strategy, Nsga2, Nsga2Options, StrategyContext>(
                            "nsga2", "NSGA-II: Pareto front of any number of objectives"),
                        registry_entry<Strategy, RegularizedEvolution, RegularizedEvolutionOptions, StrategyContext>(
                            "regularized", "ageing evolution: mutants of tournament winners, the oldest leaves"),
                        registry_entry<Strategy, RandomSearch, NoOptions, StrategyContext>(
                            "random", "random members of the pool or the space, no repetition"),
                        registry_entry<Strategy, SobolSearch, NoOptions, StrategyContext>(
                            "sobol", "evenly spread by a Sobol sequence"),
                    });
    return registry;
}

}  // namespace hpnas

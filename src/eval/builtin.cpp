#include "hpnas/eval/builtin.hpp"

namespace hpnas {

const Registry<Evaluator, const EvaluatorContext&>& evaluators() {
    static const Registry<Evaluator, const EvaluatorContext&> registry(
        "objective",
        {
            registry_entry<Evaluator, TrainingEvaluator, TrainingEvaluatorOptions, const EvaluatorContext&>(
                "train", "train the network, then validation cross-entropy + alpha * latency^beta (nat)"),
        });
    return registry;
}

}  // namespace hpnas

#include "hpnas/eval/builtin.hpp"

#include "hpnas/eval/score_evaluator.hpp"
#include "hpnas/eval/table_evaluator.hpp"

namespace hpnas {

const Registry<Evaluator, const EvaluatorContext&>& evaluators() {
    static const Registry<Evaluator, const EvaluatorContext&> registry(
        "objective",
        {
            registry_entry<Evaluator, TrainingEvaluator, TrainingEvaluatorOptions, const EvaluatorContext&>(
                "train", "train the network, then validation cross-entropy + alpha * latency^beta (nat)"),
            registry_entry<Evaluator, ScoreEvaluator, ScoreEvaluatorOptions, const EvaluatorContext&>(
                "score", "train-free scores of the untrained network"),
            registry_entry<Evaluator, TableEvaluator, TableEvaluatorOptions, const EvaluatorContext&>(
                "table", "results looked up in a CSV file of yours, e.g. a tabular benchmark"),
        });
    return registry;
}

}  // namespace hpnas

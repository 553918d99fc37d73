#pragma once
#include "hpnas/config/registry.hpp"
#include "hpnas/eval/training_evaluator.hpp"

namespace hpnas {

/// Every evaluator (YAML: objective) by name: train, score.
const Registry<Evaluator, const EvaluatorContext&>& evaluators();

}  // namespace hpnas

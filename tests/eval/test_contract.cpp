#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "eval/tiny.hpp"
#include "hpnas/eval/builtin.hpp"

namespace hpnas {
namespace {

class EvaluatorContract : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<Evaluator> make() {
        Diagnostics diagnostics;
        const EvaluatorContext context{.space = &space_,
                                       .device = &own_.device,
                                       .task = &task_,
                                       .training = &training_,
                                       .latency = &latency_,
                                       .seed = 3};
        std::string required;
        if (GetParam() == "table") required = ", path: " HPNAS_SOURCE_DIR "/tests/eval/data/width.csv, columns: [loss]";
        if (GetParam() == "score") required = ", batch: 16";  // the task has 48 images
        auto evaluator = evaluators().make(parse_yaml("{name: " + GetParam() + required + "}", "test"), "objective",
                                           diagnostics, context);
        EXPECT_TRUE(diagnostics.empty());
        return evaluator;
    }
    test::WidthSpace space_;
    test::OwnDevice own_;
    ImageTask task_ = test::brightness_task();
    TrainingOptions training_ = test::short_training();
    test::WidthLatency latency_;
};

TEST_P(EvaluatorContract, GivesFiniteObjectivesAndAllMetrics) {
    const auto evaluator = make();
    const auto e = evaluator->evaluate({.id = 11, .encoding = {1}, .parents = {}}, {});
    ASSERT_TRUE(e.has_value());
    ASSERT_EQ(e->status, EvalStatus::ok) << e->reason;
    EXPECT_EQ(e->candidate, 11);
    ASSERT_EQ(e->objectives.size(), evaluator->objectives().size());
    for (const double value : e->objectives) EXPECT_TRUE(std::isfinite(value));
    EXPECT_EQ(e->metrics.size(), evaluator->metrics().size());
}

TEST_P(EvaluatorContract, AnotherInstanceRepeatsTheDeterministicPart) {
    const Candidate candidate{.id = 4, .encoding = {2}, .parents = {}};
    const auto first = make(), second = make();
    const Evaluation a = *first->evaluate(candidate, {}), b = *second->evaluate(candidate, {});
    EXPECT_EQ(a.objectives, b.objectives);
    ASSERT_LE(first->n_deterministic_metrics(), first->metrics().size());
    for (std::size_t i = 0; i < first->n_deterministic_metrics(); ++i)
        EXPECT_TRUE(a.metrics[i] == b.metrics[i] || (std::isnan(a.metrics[i]) && std::isnan(b.metrics[i])))
            << first->metrics()[i].name << ": " << a.metrics[i] << " and " << b.metrics[i];
}

TEST_P(EvaluatorContract, QuantitiesHaveDifferentNamesUnitsAndDocs) {
    const auto evaluator = make();
    std::set<std::string> names;
    for (const auto& list : {evaluator->objectives(), evaluator->metrics()})
        for (const Quantity& quantity : list) {
            EXPECT_TRUE(names.insert(quantity.name).second) << quantity.name;
            EXPECT_FALSE(quantity.unit.empty()) << quantity.name;
            EXPECT_FALSE(quantity.doc.empty()) << quantity.name;
        }
    for (const Quantity& objective : evaluator->objectives()) EXPECT_FALSE(objective.maximise);
}

TEST_P(EvaluatorContract, EveryOptionIsDocumented) {
    Diagnostics diagnostics;
    const auto* entry = evaluators().find(GetParam(), {}, diagnostics);
    ASSERT_NE(entry, nullptr);
    EXPECT_FALSE(entry->doc.empty());
    for (const OptionDoc& option : document_options(entry->visit_defaults))
        EXPECT_FALSE(option.doc.empty()) << option.key;
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& entry : evaluators().entries()) result.push_back(entry.name);
    return result;
}

INSTANTIATE_TEST_SUITE_P(Builtin, EvaluatorContract, testing::ValuesIn(names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hpnas

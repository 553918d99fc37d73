#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <new>

#include "hpnas/core/error.hpp"
#include "hpnas/eval/evaluator.hpp"

namespace hpnas {
namespace {

/// Does what the test says.
class Scripted final : public Evaluator {
public:
    using Script = std::function<std::optional<Evaluation>(const Candidate&, const Poll&)>;
    explicit Scripted(Script script) : script_(std::move(script)) {}
    std::span<const Quantity> objectives() const noexcept override { return objectives_; }
    std::span<const Quantity> metrics() const noexcept override { return metrics_; }

private:
    std::optional<Evaluation> do_evaluate(const Candidate& candidate, const Poll& poll) override {
        return script_(candidate, poll);
    }
    Script script_;
    std::array<Quantity, 1> objectives_{Quantity{"loss", "nat", ""}};
    std::array<Quantity, 2> metrics_{Quantity{"a", "1", ""}, Quantity{"b", "1", ""}};
};

Evaluation with_objectives(std::vector<double> values) {
    Evaluation evaluation;
    evaluation.objectives = std::move(values);
    return evaluation;
}

Evaluation run(Scripted::Script script) {
    Scripted evaluator(std::move(script));
    const auto evaluation = evaluator.evaluate({.id = 42, .encoding = {}, .parents = {}}, {});
    EXPECT_TRUE(evaluation.has_value());
    EXPECT_EQ(evaluation->candidate, 42);
    EXPECT_GE(evaluation->wall.count(), 0);
    EXPECT_EQ(evaluation->metrics.size(), 2U);
    return *evaluation;
}

TEST(Evaluator, FillsIdWallAndMissingMetrics) {
    const Evaluation e = run([](auto&, auto&) {
        Evaluation result = with_objectives({1.5});
        result.metrics = {7};
        return result;
    });
    EXPECT_EQ(e.status, EvalStatus::ok);
    EXPECT_EQ(e.objectives, std::vector<double>{1.5});
    EXPECT_EQ(e.metrics[0], 7);
    EXPECT_TRUE(std::isnan(e.metrics[1]));
}

TEST(Evaluator, EvaluatesInsideOfWhatIsPutAround) {
    std::string order;
    Scripted evaluator([&](auto&, auto&) {
        order += "evaluate ";
        return with_objectives({1});
    });
    evaluator.set_around([&](const std::function<void()>& work) {
        order += "begin ";
        work();
        order += "end";
    });
    EXPECT_TRUE(evaluator.evaluate({.id = 1, .encoding = {}, .parents = {}}, {}).has_value());
    EXPECT_EQ(order, "begin evaluate end");
}

TEST(Evaluator, ACandidateThatDoesNotFitTheMemoryHasFailed) {
    const Evaluation e = run([](auto&, auto&) -> std::optional<Evaluation> { throw std::bad_alloc(); });
    EXPECT_EQ(e.status, EvalStatus::failed);
    EXPECT_EQ(e.reason, "out of memory");
    EXPECT_TRUE(e.objectives.empty());
}

TEST(Evaluator, ACandidateThatIsNoNetworkIsInfeasible) {
    const Evaluation shape =
        run([](auto&, auto&) -> std::optional<Evaluation> { throw ShapeError("conv2d: nothing left"); });
    EXPECT_EQ(shape.status, EvalStatus::infeasible);
    EXPECT_EQ(shape.reason, "conv2d: nothing left");
    const Evaluation encoding = run([](auto&, auto&) -> std::optional<Evaluation> { throw EncodingError("slot 3"); });
    EXPECT_EQ(encoding.status, EvalStatus::infeasible);
}

TEST(Evaluator, AnObjectiveThatIsNoNumberIsAFailure) {
    const Evaluation e = run([](auto&, auto&) { return with_objectives({std::nan("")}); });
    EXPECT_EQ(e.status, EvalStatus::failed);
    EXPECT_EQ(e.reason, "objective 'loss' is nan");
    EXPECT_TRUE(e.objectives.empty());
    EXPECT_EQ(run([](auto&, auto&) { return with_objectives({INFINITY}); }).status, EvalStatus::failed);
}

TEST(Evaluator, AnInfeasibleCandidateHasNoObjectives) {
    const Evaluation e = run([](auto&, auto&) {
        Evaluation result = with_objectives({1});
        result.status = EvalStatus::infeasible;
        result.reason = "too slow";
        return result;
    });
    EXPECT_EQ(e.status, EvalStatus::infeasible);
    EXPECT_TRUE(e.objectives.empty());
}

TEST(Evaluator, OtherErrorsAreNotTheCandidatesFault) {
    Scripted evaluator([](auto&, auto&) -> std::optional<Evaluation> { throw StoreError("table lacks a key"); });
    EXPECT_THROW(evaluator.evaluate({}, {}), StoreError);
    Scripted wrong([](auto&, auto&) { return with_objectives({1, 2}); });
    EXPECT_THROW(wrong.evaluate({}, {}), InternalError);
}

TEST(Evaluator, AnAbandonedEvaluationReturnsNothing) {
    Scripted evaluator([](auto&, const Evaluator::Poll& poll) -> std::optional<Evaluation> {
        if (!poll()) return std::nullopt;
        return with_objectives({1});
    });
    EXPECT_FALSE(evaluator.evaluate({}, [] { return false; }).has_value());
    EXPECT_TRUE(evaluator.evaluate({}, [] { return true; }).has_value());
}

}  // namespace
}  // namespace hpnas

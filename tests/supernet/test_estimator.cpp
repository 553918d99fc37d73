#include <gtest/gtest.h>

#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/estimator.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

/// Reports fixed parts for every term and one statistic, the mean of past ones plus one.
class Fixed final : public GradientEstimator {
public:
    explicit Fixed(double soften = 0, double momentum = 0.5) : GradientEstimator(soften, 1, momentum) {}
    const EstimatorInfo& info() const noexcept override { return info_; }

private:
    void do_estimate(const Term& term, TermEstimate& result) const override {
        term.law.add_score(Encoding{0, 0}, 1, result.score);
        term.law.add_score(Encoding{1, 1}, 2, result.path);
        result.statistics[0] = term.means.empty() ? 1 : term.means[0] + 1;
        result.points = {static_cast<double>(term.key.term)};
        result.choices = {7};
        result.report.discrete = static_cast<double>(term.key.step * 100 + term.key.stream * 10 + term.key.term);
    }
    EstimatorInfo info_{"fixed", false, 0, 0};
};

class EstimatorBase : public ::testing::Test {
protected:
    ToyProblem toy = quadratic_toy();
    std::vector<RelaxedObjective*> one{toy.objective.get()}, two{toy.objective.get(), toy.objective.get()};
};

TEST_F(EstimatorBase, AddsTermsAndKeepsThePartsApart) {
    const Fixed fixed;
    const Estimate single = fixed.estimate(toy.logits, one, {}), both = fixed.estimate(toy.logits, two, {});
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_DOUBLE_EQ(both.score[i], 2 * single.score[i]);
        EXPECT_DOUBLE_EQ(both.path[i], 2 * single.path[i]);
        EXPECT_DOUBLE_EQ(both.gradient[i], both.score[i] + both.path[i]);
    }
    EXPECT_EQ(both.statistics.size(), 2U);
    EXPECT_EQ(both.points, Vector{0});  // the first term's
    EXPECT_EQ(both.choices, std::vector<std::int16_t>{7});
}

TEST_F(EstimatorBase, GivesEveryTermNoiseOfItsOwn) {
    const Estimate estimate = Fixed().estimate(toy.logits, two, {.step = 3, .stream = 2});
    EXPECT_EQ(estimate.terms[0].discrete, 320);
    EXPECT_EQ(estimate.terms[1].discrete, 321);
}

TEST_F(EstimatorBase, SoftenedGradientsAreBroughtToTheLogits) {
    const Estimate estimate = Fixed(0.08).estimate(toy.logits, one, {});
    const Vector expected = reference::gradient(
        [&](const Vector& x) {
            const Vector p = reference::log_law(toy.objective->groups(), x, 0.08);
            return p[0] + p[3] + 2 * (p[1] + p[4]);
        },
        toy.logits);
    expect_near(estimate.gradient, expected, 1e-9);
}

TEST_F(EstimatorBase, RunningMeansAreUnbiasedFromTheFirstStep) {
    Fixed fixed;
    EXPECT_EQ(fixed.estimate(toy.logits, one, {}).statistics, Vector{1});
    fixed.observe(Vector{4});
    EXPECT_DOUBLE_EQ(fixed.estimate(toy.logits, one, {}).statistics[0], 5);
    fixed.observe(Vector{10});  // weights 1/4 and 1/2: (4 + 20) / 3 = 8
    EXPECT_DOUBLE_EQ(fixed.estimate(toy.logits, one, {}).statistics[0], 9);
}

TEST_F(EstimatorBase, StateCanBeRestored) {
    Fixed fixed, other;
    fixed.observe(Vector{4, -1});
    other.restore(fixed.state());
    EXPECT_EQ(other.estimate(toy.logits, two, {}).statistics, fixed.estimate(toy.logits, two, {}).statistics);
    EXPECT_THROW(other.restore(Vector{1, 2, 3}), InternalError);
    EXPECT_THROW(reference::make("darts")->restore(Vector{1}), InternalError);
}

TEST_F(EstimatorBase, StatisticsThatAreNotFinitePassOver) {
    Fixed fixed;
    fixed.observe(Vector{4});
    const Vector before = fixed.state();
    fixed.observe(Vector{std::numeric_limits<double>::quiet_NaN()});
    EXPECT_EQ(fixed.state(), before);
    EXPECT_THROW(fixed.observe(Vector{1, 2}), InternalError);
}

TEST_F(EstimatorBase, RefusesTermsThatDoNotBelongTogether) {
    BlackBoxObjective other(reference::groups_of({2, 2}), [](const Encoding&) { return 0.0; });
    const std::vector<RelaxedObjective*> mixed{toy.objective.get(), &other};
    EXPECT_THROW(Fixed().estimate(toy.logits, mixed, {}), InternalError);
    EXPECT_THROW(Fixed().estimate(toy.logits, {}, {}), InternalError);
    EXPECT_THROW(Fixed().estimate(Vector(5), one, {}), InternalError);
    BlackBoxObjective nothing({}, [](const Encoding&) { return 0.0; });
    const std::vector<RelaxedObjective*> empty{&nothing};
    EXPECT_THROW(Fixed().estimate({}, empty, {}), InternalError);
}

}  // namespace
}  // namespace hpnas

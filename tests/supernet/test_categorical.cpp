#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/categorical.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

const ChoiceGroups groups = reference::groups_of({3, 1, 2});
const Vector logits{0.5, -0.3, 0.1, 4, -1, 2};

TEST(Categorical, LogSoftmaxIsNormalisedAndIgnoresOffsets) {
    Vector a(6), b(6), shifted(logits);
    for (double& x : shifted) x += 1e6;
    log_softmax(groups, logits, a);
    log_softmax(groups, shifted, b);
    expect_near(a, reference::log_law(groups, logits, 0), 1e-15);
    expect_near(a, b, 1e-9);  // 1e6 + 0.1 is rounded to 1e-10
    EXPECT_EQ(a[3], 0);
}

TEST(Categorical, ProbabilitiesOfTheReferenceToy) {
    const ToyProblem toy = quadratic_toy();
    const SoftenedLaw law(toy.objective->groups(), toy.logits, 0);
    expect_near(law.probabilities(), Vector{.471776, .211983, .316241, .247309, .450627, .302064},
                5e-7);  // cited, rounded
}

TEST(Categorical, SofteningBoundsProbabilities) {
    // epsilon 0.08, five options: between 0.08 / 1.4 = 0.0571 and 1.08 / 1.4 = 0.771 however certain the logits are.
    const ChoiceGroups five = reference::groups_of({5});
    const SoftenedLaw law(five, Vector{1000, 0, 0, 0, 0}, 0.08);
    expect_near(law.probabilities(), Vector{1.08 / 1.4, .08 / 1.4, .08 / 1.4, .08 / 1.4, .08 / 1.4}, 1e-15);
    EXPECT_NEAR(reference::sum(law.probabilities()), 1, 1e-15);
}

TEST(Categorical, ProbabilitiesOfAllArchitecturesSumToOne) {
    for (const double epsilon : {0.0, 0.08}) {
        const SoftenedLaw law(groups, logits, epsilon);
        double sum = 0;
        for (std::int16_t i = 0; i < 3; ++i)
            for (std::int16_t j = 0; j < 2; ++j) sum += std::exp(law.log_probability(Encoding{i, 0, j}));
        EXPECT_NEAR(sum, 1, 1e-14);
    }
}

TEST(Categorical, ScoreIsTheGradientOfLogProbability) {
    const Encoding z{2, 0, 1};
    for (const double epsilon : {0.0, 0.08, 3.0}) {
        const SoftenedLaw law(groups, logits, epsilon);
        Vector score(6);
        law.add_score(z, 2, score);
        law.chain_to_logits(score);
        const Vector expected = reference::gradient(
            [&](const Vector& x) {
                const Vector p = reference::log_law(groups, x, epsilon);
                return 2 * (p[2] + p[3] + p[5]);
            },
            logits);
        expect_near(score, expected, 1e-9);  // central differences
    }
}

TEST(Categorical, SofteningHasItsLimits) {
    Vector score(6), raw(6);
    const SoftenedLaw all(groups, logits, 1e3), little(groups, logits, 1e-12), none(groups, logits, 0);
    expect_near(all.probabilities(), Vector{1 / 3., 1 / 3., 1 / 3., 1, .5, .5}, 1e-3);
    all.add_score(Encoding{0, 0, 1}, 1, score);
    all.chain_to_logits(score);
    expect_near(score, Vector(6), 1e-3);  // nothing moves a law that is uniform anyway
    score.assign(6, 0.0);
    little.add_score(Encoding{0, 0, 1}, 1, score);
    little.chain_to_logits(score);
    none.add_score(Encoding{0, 0, 1}, 1, raw);
    expect_near(score, raw, 1e-10);
}

TEST(Categorical, EntropyOfUniformIsLogK) {
    const SoftenedLaw law(groups, Vector(6, 7.0), 0);
    expect_near(law.entropies(), Vector{std::log(3), 0, std::log(2)}, 1e-15);
}

TEST(Categorical, EntropyGradientMatchesFiniteDifferences) {
    for (const double epsilon : {0.0, 0.08}) {
        const SoftenedLaw law(groups, logits, epsilon);
        Vector actual(6);
        law.add_entropy_gradient(1.5, actual);
        law.chain_to_logits(actual);
        const Vector expected = reference::gradient(
            [&](const Vector& x) {
                double h = 0;
                for (const double log_p : reference::log_law(groups, x, epsilon)) h -= std::exp(log_p) * log_p;
                return 1.5 * h;
            },
            logits);
        expect_near(actual, expected, 1e-9);
    }
}

TEST(Categorical, CertainLogitsStayFinite) {
    for (const double size : {1e3, 1e8, 1e308}) {
        const SoftenedLaw law(groups, Vector{size, -size, 0, size, -size, size}, 0);
        for (const double log_p : law.log_probabilities()) EXPECT_TRUE(std::isfinite(log_p));
        expect_near(law.probabilities(), Vector{1, 0, 0, 1, 0, 1}, 0);
        expect_near(law.entropies(), Vector{0, 0, 0}, 0);
        Vector gradient(6);
        law.add_entropy_gradient(1, gradient);
        expect_near(gradient, Vector(6), 0);
    }
}

TEST(Categorical, RefusesWhatIsNoLaw) {
    EXPECT_THROW(SoftenedLaw(groups, Vector(5), 0), InternalError);
    EXPECT_THROW(SoftenedLaw(groups, Vector(6, std::numeric_limits<double>::quiet_NaN()), 0), InternalError);
    EXPECT_THROW(SoftenedLaw(groups, logits, -0.1), InternalError);
}

}  // namespace
}  // namespace hpnas

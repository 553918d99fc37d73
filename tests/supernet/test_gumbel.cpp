#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/gumbel.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

const Vector uniforms{.2, .7, .4, .9, .35, .6};

class Gumbel : public ::testing::Test {
protected:
    ToyProblem toy = quadratic_toy();
    const ChoiceGroups& groups = toy.objective->groups();
    SoftenedLaw law{groups, toy.logits, 0};
};

// Every number was computed for this toy by independent code in another language; rounded to six places.
TEST_F(Gumbel, FixedNoiseGivesTheReferenceVectors) {
    const GumbelSample sample = gumbel_sample(law, uniforms, 0.4);
    expect_near(sample.perturbed, Vector{-1.227136, -.520320, -1.063829, .853251, -.845737, -.525389}, 1e-6);
    EXPECT_EQ(sample.choices, (std::vector<std::int16_t>{1, 0}));
    expect_near(sample.relaxed, Vector{.119650, .700371, .179979, .955882, .013669, .030448}, 1e-6);
    Vector loss(1), delta(6), s(6), w(6), path(6);
    toy.objective->value_and_grad(sample.relaxed, loss, delta);
    EXPECT_NEAR(loss[0], 2.186831, 1e-6);
    expect_near(delta, Vector{.971809, -.332191, .869547, .368669, .738007, -.891089}, 1e-6);
    softmax_backward(groups, sample.relaxed, delta, 0.4, s);
    expect_near(s, Vector{.278692, -.651890, .373198, .079599, .013760, -.093359}, 1e-6);
    winner_ratios(groups, sample.perturbed, sample.choices, w);
    expect_near(w, Vector{.493212, 1, .580707, 1, .182868, .251921}, 1e-6);
    add_through_shares(law, w, s, 1, path);
    expect_near(path, Vector{.277910, -.588779, .310869, .065107, -.023889, -.041219}, 1e-6);
    toy.objective->value(sample.choices, std::span(loss));
    EXPECT_NEAR(loss[0], 1.91, 1e-12);
    law.add_score(sample.choices, 1.91 - 2.186831, path);
    expect_near(path, Vector{.408512, -.806927, .398415, -.143261, .100859, .042402}, 2e-6);
}

TEST_F(Gumbel, ConditionalSampleAtTheCoupledNoiseIsTheSample) {
    const GumbelSample sample = gumbel_sample(law, uniforms, 0.4);
    const Vector log_p(law.log_probabilities().begin(), law.log_probabilities().end());
    Vector v = reference::coupled_log_v(groups, log_p, sample.choices, uniforms);
    for (double& x : v) x = std::exp(x);
    const GumbelSample conditional = conditional_sample(law, sample.choices, v, 0.4);
    expect_near(conditional.perturbed, sample.perturbed, 1e-14);
    expect_near(conditional.relaxed, sample.relaxed, 1e-14);
}

TEST_F(Gumbel, ConditionalSampleKeepsItsWinner) {
    Vector v(6);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        draw_uniforms({.step = i}, 0, v);
        const Encoding z{static_cast<std::int16_t>(i % 3), static_cast<std::int16_t>(i / 3 % 3)};
        EXPECT_EQ(argmax(groups, conditional_sample(law, z, v, 0.4).perturbed), z);
    }
}

TEST_F(Gumbel, SharesOfAConditionalSampleMatchFiniteDifferences) {
    const Encoding z{2, 1};
    Vector v(6), log_v(6), by_y{0.3, -1, 0.7, 2, -0.5, -1.5}, shares(6), actual(6);
    draw_uniforms({.seed = 5}, 0, v);
    for (std::size_t i = 0; i < 6; ++i) log_v[i] = std::log(v[i]);
    winner_ratios(groups, conditional_sample(law, z, v, 0.4).perturbed, z, shares);
    for (double& share : shares) share = 1 - share;
    add_through_shares(law, shares, by_y, 1, actual);
    const Vector expected = reference::gradient(
        [&](const Vector& x) {
            const Vector y = reference::conditional_perturb(groups, x, 0, z, log_v);
            double dot = 0;
            for (std::size_t i = 0; i < 6; ++i) dot += by_y[i] * y[i];
            return dot;
        },
        toy.logits);
    expect_near(actual, expected, 1e-9);
}

TEST_F(Gumbel, ChoicesFollowTheLaw) {
    constexpr std::size_t n = 100000;
    Vector u(6 * n), counts(6);
    draw_uniforms({.seed = 3}, 0, u);
    const GumbelSample sample = gumbel_sample(law, u, 0.4);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t g = 0; g < 2; ++g) ++counts[3 * g + static_cast<std::size_t>(sample.choices[2 * i + g])];
    for (std::size_t i = 0; i < 6; ++i) {
        const double p = law.probabilities()[i];
        EXPECT_NEAR(counts[i] / n, p, 4 * std::sqrt(p * (1 - p) / n));  // four standard errors
    }
}

TEST_F(Gumbel, ExtremeLawsAndTemperaturesGiveFiniteSimplexPoints) {
    for (const double size : {0.0, 50.0, 1e4, 1e308})
        for (const double temperature : {1e-3, 0.4, 1e3}) {
            const SoftenedLaw extreme(groups, Vector{size, -size, 0, 0, size, -size}, 0);
            Vector u(6), w(6);
            draw_uniforms({.seed = 9}, 0, u);
            u[1] = 0x1p-54;  // the ends of the noise
            u[4] = 1 - 0x1p-53;
            const GumbelSample sample = gumbel_sample(extreme, u, temperature);
            const GumbelSample conditional = conditional_sample(extreme, sample.choices, u, temperature);
            winner_ratios(groups, conditional.perturbed, conditional.choices, w);
            for (const double x : w) EXPECT_TRUE(x >= 0 && x <= 1);
            for (const Vector* points : {&sample.relaxed, &conditional.relaxed}) {
                for (const double x : *points) EXPECT_TRUE(x >= 0 && x <= 1) << size << " " << temperature;
                EXPECT_NEAR(reference::sum(*points), 2, 1e-14);
            }
        }
}

TEST(GumbelNoise, IsAFunctionOfItsKeyAlone) {
    std::set<double> first;
    const NoiseKey keys[] = {{},          {.seed = 1},  {.step = 1},   {.stream = 1}, {.sample = 1},
                             {.term = 1}, {.step = 64}, {.sample = 64}};
    for (const NoiseKey& key : keys) {
        Vector a(7), b(1000);
        draw_uniforms(key, 0, a);
        draw_uniforms(key, 0, b);
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin()));
        first.insert(a[0]);
    }
    EXPECT_EQ(first.size(), std::size(keys));
}

TEST(GumbelNoise, StaysInsideTheOpenIntervalAndTheClamp) {
    Vector u(100000);
    draw_uniforms({}, 0, u);
    for (const double x : u) ASSERT_TRUE(x > 0 && x < 1);
    EXPECT_NEAR(reference::sum(u) / 1e5, 0.5, 4 * std::sqrt(1.0 / 12 / 1e5));
    draw_uniforms({}, 1e-3, u);
    for (const double x : u) ASSERT_TRUE(x >= 1e-3 && x <= 1 - 1e-3);
}

TEST(GumbelNoise, RefusesKeysThatWouldCollide) {
    Vector u(1);
    for (const NoiseKey& key : {NoiseKey{.step = 1ULL << 32}, NoiseKey{.stream = 1 << 16}, NoiseKey{.sample = 1 << 10},
                                NoiseKey{.term = 1 << 6}})
        EXPECT_THROW(draw_uniforms(key, 0, u), InternalError);
}

}  // namespace
}  // namespace hpnas

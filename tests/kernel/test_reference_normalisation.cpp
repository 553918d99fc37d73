#include <cmath>

#include "kernel/gradient_check.hpp"

namespace hpnas::kernel::reference {
namespace {

TEST(ReferenceNormalisation, StatisticsAndValuesMatchAHandCalculation) {
    const BatchNormShape shape{.rows = 2, .channels = 2, .epsilon = 0};
    BatchNormInput in{
        .src = {1, 10, 3, 30}, .gamma = {2, 1}, .beta = {0, 5}, .residual = {}, .mean = {}, .variance = {}};
    batch_statistics(shape, in.src, in.mean, in.variance);
    EXPECT_EQ(in.mean, (Values{2, 20}));
    EXPECT_EQ(in.variance, (Values{1, 100}));
    EXPECT_EQ(batch_norm_forward(shape, in), (Values{-2, 4, 2, 6}));
    in.residual = {1, 1, 1, 1};
    EXPECT_EQ(batch_norm_forward(
                  {.rows = 2, .channels = 2, .activation = Activation::relu, .residual = true, .epsilon = 0}, in),
              (Values{0, 5, 3, 7}));
}

BatchNormInput random_input(const BatchNormShape& shape) {
    BatchNormInput in{.src = random_values(shape.rows * shape.channels, 1),
                      .gamma = random_values(shape.channels, 2),
                      .beta = random_values(shape.channels, 3),
                      .residual = random_values(shape.residual ? shape.rows * shape.channels : 0, 4),
                      .mean = {},
                      .variance = {}};
    batch_statistics(shape, in.src, in.mean, in.variance);
    return in;
}

/// `training`: the statistics follow src.
void check_batch_norm_gradients(const BatchNormShape& shape, bool training) {
    BatchNormInput in = random_input(shape);
    const Values diff_dst = random_values(shape.rows * shape.channels, 5);
    const BatchNormGradients g = batch_norm_backward(shape, in, diff_dst, training);
    const auto gradient_matches = [&](Values BatchNormInput::*member, const Values& gradient, const char* what) {
        const auto loss = [&](const Values& x) {
            BatchNormInput moved = in;
            moved.*member = x;
            if (training) batch_statistics(shape, moved.src, moved.mean, moved.variance);
            return dot(batch_norm_forward(shape, moved), diff_dst);
        };
        expect_gradient(loss, in.*member, gradient, what);
    };
    gradient_matches(&BatchNormInput::src, g.src, "diff_src");
    gradient_matches(&BatchNormInput::gamma, g.gamma, "diff_gamma");
    gradient_matches(&BatchNormInput::beta, g.beta, "diff_beta");
    if (shape.residual) gradient_matches(&BatchNormInput::residual, g.residual, "diff_residual");
}

TEST(ReferenceNormalisation, BatchNormGradientsMatchFiniteDifferences) {
    for (const auto kind : {Activation::none, Activation::relu, Activation::swish})
        for (const bool residual : {false, true})
            for (const bool training : {false, true})
                check_batch_norm_gradients({.rows = 7, .channels = 3, .activation = kind, .residual = residual},
                                           training);
}

TEST(ReferenceNormalisation, SqueezeExciteMatchesAHandCalculation) {
    // Two positions, one channel: mean 2; hidden max(0, 2 * 1 + 1) = 3; gate sigmoid(3 - 3) = 1/2.
    const SqueezeExciteShape shape{.w = 2};
    EXPECT_EQ(squeeze_excite_forward(
                  shape, {.src = {1, 3}, .reduce = {1}, .reduce_bias = {1}, .expand = {1}, .expand_bias = {-3}}),
              (Values{0.5, 1.5}));
}

TEST(ReferenceNormalisation, SqueezeExciteGradientsMatchFiniteDifferences) {
    for (const auto kind : {Activation::relu, Activation::swish}) {
        const SqueezeExciteShape s{.n = 2, .h = 2, .w = 3, .c = 4, .reduced = 3, .activation = kind};
        const SqueezeExciteInput in{random_values(s.n * s.h * s.w * s.c, 1), random_values(s.reduced * s.c, 2),
                                    random_values(s.reduced, 3), random_values(s.c * s.reduced, 4),
                                    random_values(s.c, 5)};
        const Values diff_dst = random_values(s.n * s.h * s.w * s.c, 6);
        const SqueezeExciteInput g = squeeze_excite_backward(s, in, diff_dst);
        for (const auto member :
             {&SqueezeExciteInput::src, &SqueezeExciteInput::reduce, &SqueezeExciteInput::reduce_bias,
              &SqueezeExciteInput::expand, &SqueezeExciteInput::expand_bias}) {
            const auto loss = [&](const Values& x) {
                SqueezeExciteInput moved = in;
                moved.*member = x;
                return dot(squeeze_excite_forward(s, moved), diff_dst);
            };
            expect_gradient(loss, in.*member, g.*member, "gradient");
        }
    }
}

}  // namespace
}  // namespace hpnas::kernel::reference

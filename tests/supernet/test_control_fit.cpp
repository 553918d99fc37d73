#include <gtest/gtest.h>

#include "hpnas/supernet/control_fit.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

struct Sample {
    double loss;
    Vector score, control;
};
const std::vector<Sample> samples{{3, {1, -1}, {2, -1}}, {1, {-1, 1}, {0.5, -1}}, {2, {0.5, -0.5}, {1, 1}}};

Vector moments_of(const std::vector<Sample>& all) {
    Vector moments(n_control_moments);
    for (const Sample& s : all) add_control_moments(1.0, s.loss, s.score, s.control, moments);
    return moments;
}

/// Sum of |L S - b S - eta C|^2.
double squares(const ControlFit& fit) {
    double sum = 0;
    for (const Sample& s : samples)
        for (std::size_t i = 0; i < 2; ++i) {
            const double x = (s.loss - fit.baseline) * s.score[i] - fit.scale * s.control[i];
            sum += x * x;
        }
    return sum;
}

TEST(ControlFit, MomentsByHand) {
    Vector moments(n_control_moments);
    add_control_moments(0.5, 3, Vector{1, -1}, Vector{2, -1}, moments);
    expect_near(moments, Vector{1, 1.5, 2.5, 3, 4.5}, 1e-15);
}

TEST(ControlFit, IsTheMinimumOfTheSquares) {
    const Vector moments = moments_of(samples);
    const ControlFit one = fit_control(moments, false, {.scale = 0.3, .baseline = 0});
    expect_near(reference::gradient([](const Vector& x) { return squares({x[0], 0}); }, {one.scale}), Vector{0}, 1e-8);
    EXPECT_EQ(one.baseline, 0);
    const ControlFit both = fit_control(moments, true, {});
    expect_near(reference::gradient(
                    [](const Vector& x) {
                        return squares({x[0], x[1]});
                    },
                    {both.scale, both.baseline}),
                Vector{0, 0}, 1e-8);
    EXPECT_LT(squares(both), squares(one));
}

TEST(ControlFit, ScaleStaysInItsInterval) {
    EXPECT_EQ(fit_control(moments_of({{9, {1, -1}, {1, -1}}}), false, {}).scale, 2);
    EXPECT_EQ(fit_control(moments_of({{-9, {1, -1}, {1, -1}}}), false, {}).scale, 0);
}

TEST(ControlFit, StartsWhereTheMomentsDoNotTell) {
    const ControlFit start{.scale = 0.3, .baseline = 0.1};
    EXPECT_EQ(fit_control(Vector(5), true, start).scale, 0.3);
    EXPECT_EQ(fit_control(Vector(5), true, start).baseline, 0.1);
    const ControlFit parallel = fit_control(moments_of({{3, {1, -1}, {2, -2}}}), true, start);
    EXPECT_EQ(parallel.scale, 0.3);
    EXPECT_NEAR(parallel.baseline, 3 - 0.3 * 2, 1e-15);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/supernet/black_box.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

double cost(const Encoding& x) { return 10.0 * x[0] + x[1]; }

TEST(BlackBox, LooksAtDiscreteArchitecturesByTheirEncoding) {
    BlackBoxObjective objective(reference::groups_of({2, 3}), cost);
    EXPECT_EQ(objective.examples(), 1U);
    EXPECT_EQ(reference::discrete_loss(objective, {1, 2}), 12);
}

TEST(BlackBox, WithoutSurrogateItsRelaxationIsZero) {
    BlackBoxObjective objective(reference::groups_of({2, 3}), cost);
    Vector loss{7}, gradient(5, 7.0);
    objective.value_and_grad(Vector(5, 0.4), loss, gradient);
    expect_near(loss, Vector{0}, 0);
    expect_near(gradient, Vector(5), 0);
}

TEST(BlackBox, AShapeIsAppliedToCostAndSurrogate) {
    const LinearCost table{2, {0, 10, 0, 1, 2}};
    BlackBoxObjective objective(reference::groups_of({2, 3}), cost, table, [](double x) {
        return ValueSlope{x * x, 2 * x};
    });
    EXPECT_EQ(reference::discrete_loss(objective, {1, 2}), 144);
    Vector loss(1), gradient(5);
    objective.value_and_grad(Vector{0.5, 0.5, 0, 1, 0}, loss, gradient);  // 2 + 5 + 1 = 8
    expect_near(loss, Vector{64}, 1e-12);
    expect_near(gradient, Vector{0, 160, 0, 16, 32}, 1e-12);
}

TEST(BlackBox, ATableOfSummedCostsIsExact) {
    const LinearCost table{0, {0, 10, 0, 1, 2}};
    const ChoiceGroups groups = reference::groups_of({2, 3});
    Vector point(5), gradient(5);
    for (std::int16_t i = 0; i < 2; ++i)
        for (std::int16_t j = 0; j < 3; ++j) {
            one_hot(groups, Encoding{i, j}, point);
            EXPECT_EQ(table(point, gradient), cost({i, j}));
        }
}

}  // namespace
}  // namespace hpnas

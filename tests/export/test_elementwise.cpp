#include <gtest/gtest.h>

#include "export/exported.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/weighted_sum.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Types = std::vector<std::string>;

TEST(Elementwise, ActivationsAreONNXsOwnWhereItHasThem) {
    const Shape image{2, 3, 4};
    EXPECT_EQ(node_types(exported(make_relu(), {image})), Types{"Relu"});
    EXPECT_EQ(node_types(exported(make_relu6(), {image})), Types{"Clip"});
    EXPECT_EQ(node_types(exported(make_swish(), {image})), (Types{"Sigmoid", "Mul"}));
    EXPECT_EQ(node_types(exported(make_leaky_relu(), {image})), Types{"LeakyRelu"});
    EXPECT_EQ(node_types(exported(make_gelu(), {image})), (Types{"Div", "Erf", "Add", "Mul", "Mul"}));
}

TEST(Elementwise, ActivationOfASumFollowsIt) {
    EXPECT_EQ(node_types(exported(make_add({Activation::relu}), {{5}, {5}})), (Types{"Add", "Relu"}));
}

TEST(Elementwise, ChannelsAreJoinedWhereTheyLie) {
    const auto axis = [](const std::vector<Shape>& inputs) {
        return exported(make_concat(), inputs).graph().node(0).attribute(0).i();
    };
    EXPECT_EQ(axis({{2, 3, 4}, {2, 3, 1}}), 1);
    EXPECT_EQ(axis({{5, 4}, {5, 1}}), 2);
}

TEST(Elementwise, OnlyTheSumOfADroppedPathRemains) {
    EXPECT_EQ(node_types(exported(make_drop_path({.rate = 0.5}), {{5}})), Types{"Identity"});
    EXPECT_EQ(node_types(exported(make_drop_path({.rate = 0.5, .residual = true}), {{5}, {5}})), Types{"Add"});
}

TEST(Elementwise, AMixtureTakesItsWeightsOneByOne) {
    EXPECT_EQ(node_types(exported(make_weighted_sum(), {{5}, {5}, {2}})),
              (Types{"Gather", "Reshape", "Mul", "Gather", "Reshape", "Mul", "Sum"}));
}

}  // namespace
}  // namespace hpnas

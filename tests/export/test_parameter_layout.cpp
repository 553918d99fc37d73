#include <gtest/gtest.h>

#include <algorithm>

#include "export/parameter_layout.hpp"
#include "hpnas/core/error.hpp"
#include "op/example.hpp"

namespace hpnas {
namespace {

TEST(ParameterLayout, NamesEveryDimensionOfEveryParameter) {
    for (const testing::Example& example : testing::examples())
        for (const ParameterSpec& spec : example.op->parameters(example.inputs)) {
            const std::string layout = parameter_layout(example.op->type(), spec);
            EXPECT_EQ(std::count(layout.begin(), layout.end(), ' ') + 1, spec.shape.rank())
                << example.label << " " << spec.name;
        }
    EXPECT_THROW(parameter_layout("no_such_operator", {"weight", {2, 2}, ParameterRole::weight, {}}), InternalError);
}

TEST(ParameterLayout, OnlyConvolutionsLieDifferentlyInPyTorch) {
    EXPECT_EQ(torch_layout("conv2d", {"weight", {2, 3, 3, 4}, ParameterRole::weight, {}}), "out in height width");
    EXPECT_EQ(torch_layout("linear", {"weight", {2, 3}, ParameterRole::weight, {}}), "out in");
    EXPECT_EQ(torch_shape({2, 3, 5, 4}), (Shape{2, 4, 3, 5}));
}

TEST(ParameterLayout, PyTorchsWeightsArePermuted) {
    std::vector<float> to(8);
    from_torch(std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7}, {1, 2, 2, 2}, to);
    EXPECT_EQ(to, (std::vector<float>{0, 4, 1, 5, 2, 6, 3, 7}));
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "export/exported.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/op/squeeze_excite.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Types = std::vector<std::string>;

TEST(ImageOperators, ConvolutionWeightsAreChannelsFirst) {
    const onnx::ModelProto model = exported(make_conv2d({.out = 1, .kernel = 2, .padding = 0}), {{4, 4, 2}});
    EXPECT_EQ(initialiser_sizes(model, "node.weight"), (std::vector<std::int64_t>{1, 2, 2, 2}));
    // Ours counts positions outside and channels inside: position p, channel c holds 2 p + c.
    EXPECT_EQ(initialiser(model, "node.weight"), (std::vector<float>{0, 2, 4, 6, 1, 3, 5, 7}));
}

TEST(ImageOperators, ConvolutionAttributesAreONNXs) {
    const onnx::ModelProto model =
        exported(make_conv2d({.out = 6, .kernel = 3, .stride = 2, .dilation = 2, .groups = 2}), {{9, 9, 4}});
    std::map<std::string, std::vector<std::int64_t>> lists;
    for (const onnx::AttributeProto& attribute : model.graph().node(0).attribute())
        lists[attribute.name()] = {attribute.ints().begin(), attribute.ints().end()};
    EXPECT_EQ(lists["strides"], (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(lists["pads"], (std::vector<std::int64_t>{2, 2, 2, 2}));
    EXPECT_EQ(lists["dilations"], (std::vector<std::int64_t>{2, 2}));
    EXPECT_EQ(model.graph().node(0).attribute(4).i(), 2);
}

TEST(ImageOperators, BatchNormOfSequencesIsAScaleAndAShift) {
    const onnx::ModelProto model = exported(make_batch_norm({.eps = 0.25}), {{3, 2}});
    EXPECT_EQ(node_types(model), (Types{"Mul", "Add"}));
    // Parameters count 0, 1: scale = w / sqrt(var + 1/4), shift = b - scale * mean.
    const float scale = 1 / std::sqrt(1.25F);
    EXPECT_FLOAT_EQ(initialiser(model, "node.scale").at(1), scale);
    EXPECT_FLOAT_EQ(initialiser(model, "node.shift").at(1), 1 - scale);
    EXPECT_EQ(initialiser(model, "node.shift").at(0), 0);
}

TEST(ImageOperators, BatchNormWithoutScaleGetsOnes) {
    const onnx::ModelProto model = exported(make_batch_norm({.affine = false}), {{3, 2, 2}});
    EXPECT_EQ(node_types(model), Types{"BatchNormalization"});
    EXPECT_EQ(initialiser(model, "node.weight"), (std::vector<float>{1, 1}));
    EXPECT_EQ(initialiser(model, "node.bias"), (std::vector<float>{0, 0}));
}

TEST(ImageOperators, PaddingIsNotCountedInAnAverage) {
    const onnx::ModelProto model = exported(make_average_pool({.kernel = 3, .stride = 1, .padding = 1}), {{4, 4, 2}});
    EXPECT_EQ(node_types(model), Types{"AveragePool"});
    for (const onnx::AttributeProto& attribute : model.graph().node(0).attribute())
        EXPECT_NE(attribute.name(), "count_include_pad");  // its default is 0
}

TEST(ImageOperators, SqueezeExciteIsTwoConvolutionsOfOnePixel) {
    EXPECT_EQ(node_types(exported(make_squeeze_excite({.reduced = 2}), {{4, 4, 3}})),
              (Types{"GlobalAveragePool", "Conv", "Relu", "Conv", "Sigmoid", "Mul"}));
}

}  // namespace
}  // namespace hpnas

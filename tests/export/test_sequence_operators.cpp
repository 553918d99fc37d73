#include <gtest/gtest.h>

#include "export/exported.hpp"
#include "hpnas/op/class_token.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/op/token_mask.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Types = std::vector<std::string>;

TEST(SequenceOperators, LinearLayersOfVectorsAndOfRows) {
    const onnx::ModelProto vector = exported(make_linear({.out = 2}), {{3}});
    EXPECT_EQ(node_types(vector), Types{"Gemm"});
    EXPECT_EQ(initialiser(vector, "node.weight"), (std::vector<float>{0, 1, 2, 3, 4, 5}));
    const onnx::ModelProto rows = exported(make_linear({.out = 2}), {{4, 3}});
    EXPECT_EQ(node_types(rows), (Types{"MatMul", "Add"}));
    EXPECT_EQ(initialiser(rows, "node.weight"), (std::vector<float>{0, 3, 1, 4, 2, 5}));
}

TEST(SequenceOperators, AResidualIsAddedBeforeTheActivation) {
    const auto op = make_linear({.out = 2, .activation = Activation::relu, .residual = true});
    EXPECT_EQ(node_types(exported(op, {{3}, {2}})), (Types{"Gemm", "Add", "Relu"}));
}

TEST(SequenceOperators, IdsBeyondTheVocabularyAreMovedIntoIt) {
    EXPECT_EQ(node_types(exported(make_embedding({.vocabulary = 4, .out = 2}), {{5}})), (Types{"Clip", "Gather"}));
}

TEST(SequenceOperators, TheScaleOfAnEmbeddingIsInItsTable) {
    const onnx::ModelProto model = exported(make_embedding({.vocabulary = 2, .out = 2, .scale = 3}), {{5}});
    EXPECT_EQ(initialiser(model, "node.weight"), (std::vector<float>{0, 3, 6, 9}));
}

TEST(SequenceOperators, OnlyThePositionsThatAreUsedAreWritten) {
    const onnx::ModelProto model = exported(make_position_embedding({.length = 9}), {{2, 3}});
    EXPECT_EQ(initialiser_sizes(model, "node.weight"), (std::vector<std::int64_t>{2, 3}));
}

TEST(SequenceOperators, AClassTokenIsRepeatedForEverySample) {
    EXPECT_EQ(node_types(exported(make_class_token(), {{3, 2}})), (Types{"Shape", "Concat", "Expand", "Concat"}));
    EXPECT_EQ(node_types(exported(make_class_token(), {{3, 2}}, 1)), Types{"Concat"});
}

TEST(SequenceOperators, ImagesAreReshapedInOurOrder) {
    EXPECT_EQ(node_types(exported(make_reshape({.sizes = {-1}}), {{3, 2, 4}})), (Types{"Transpose", "Reshape"}));
}

TEST(SequenceOperators, MasksAreNumbers) {
    EXPECT_EQ(node_types(exported(make_token_mask({.padding = 1}), {{4}})), (Types{"Equal", "Not", "Cast"}));
}

}  // namespace
}  // namespace hpnas

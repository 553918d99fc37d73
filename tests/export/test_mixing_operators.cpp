#include <gtest/gtest.h>

#include <algorithm>

#include "export/exported.hpp"
#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/fourier_mixing.hpp"
#include "hpnas/op/token_convolution.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;
using Types = std::vector<std::string>;

TEST(MixingOperators, TokenConvolutionIsADepthwiseOne) {
    const onnx::ModelProto model = exported(make_token_convolution({.kernel = 3}), {{5, 2}});
    EXPECT_EQ(node_types(model), (Types{"Transpose", "Conv", "Transpose"}));
    EXPECT_EQ(initialiser_sizes(model, "node.weight"), (std::vector<std::int64_t>{2, 1, 3}));
    EXPECT_EQ(initialiser(model, "node.weight"), (std::vector<float>{0, 2, 4, 1, 3, 5}));
}

TEST(MixingOperators, TransformsAreProductsWithMatrices) {
    EXPECT_EQ(node_types(exported(make_fourier_mixing(), {{3, 5}})),
              (Types{"MatMul", "MatMul", "MatMul", "MatMul", "Sub"}));
    EXPECT_EQ(node_types(exported(make_fourier_mixing({.kind = "dct"}), {{3, 5}})), (Types{"MatMul", "MatMul"}));
}

TEST(MixingOperators, DynamicKernelsMeetTheirWindows) {
    const Types types = node_types(exported(make_dynamic_convolution({.heads = 2, .kernel = 3}), {{4, 6}, {4, 6}}));
    EXPECT_EQ(std::count(types.begin(), types.end(), "Pad"), 1);
    EXPECT_EQ(std::count(types.begin(), types.end(), "MatMul"), 1);
}

}  // namespace
}  // namespace hpnas

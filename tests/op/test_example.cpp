#include <gtest/gtest.h>

#include "hpnas/core/rng.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/class_token.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/crop.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/fourier_mixing.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/multiply.hpp"
#include "hpnas/op/pooling.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/reflect_pad.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/op/scale_channels.hpp"
#include "hpnas/op/select_token.hpp"
#include "hpnas/op/squeeze_excite.hpp"
#include "hpnas/op/token_convolution.hpp"
#include "hpnas/op/token_mask.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/op/transpose.hpp"
#include "hpnas/op/weighted_sum.hpp"
#include "hpnas/op/zero.hpp"
#include "op/example.hpp"

namespace hpnas::testing {
namespace {

void add_convolutions(std::vector<Example>& all) {
    const auto conv = [&](std::string label, Conv2dAttributes a, Shape src) {
        all.push_back({std::move(label), make_conv2d(a), {src}});
    };
    conv("conv3x3", {.out = 5, .kernel = 3}, {7, 5, 3});
    conv("conv3x3_16_channels", {.out = 16, .kernel = 3}, {8, 8, 16});
    conv("conv3x3_stride_2_bias", {.out = 4, .kernel = 3, .stride = 2, .bias = true}, {7, 9, 6});
    conv("conv1x1", {.out = 24}, {5, 3, 20});
    conv("conv1x1_of_one_pixel", {.out = 3}, {1, 1, 5});
    conv("conv_stride_above_kernel", {.out = 3, .kernel = 2, .stride = 3, .padding = 0}, {8, 7, 4});
    conv("conv_padding_0", {.out = 3, .kernel = 5, .stride = 2, .padding = 0}, {9, 11, 3});
    conv("conv_dilated", {.out = 4, .kernel = 3, .dilation = 2}, {9, 7, 3});
    conv("conv_grouped", {.out = 6, .kernel = 3, .groups = 2}, {5, 6, 4});
    conv("depthwise3x3", {.out = 17, .kernel = 3, .groups = 17}, {7, 6, 17});
    conv("depthwise5x5_stride_2", {.out = 24, .kernel = 5, .stride = 2, .groups = 24}, {9, 8, 24});
    conv("depthwise7x7_bias", {.out = 4, .kernel = 7, .groups = 4, .bias = true}, {8, 9, 4});
    conv("depthwise_dilated", {.out = 16, .kernel = 3, .dilation = 2, .groups = 16}, {9, 9, 16});
    const Activation relu = Activation::relu, swish = Activation::swish;
    conv("deployed_conv_swish", {.out = 5, .kernel = 3, .bias = true, .activation = swish}, {6, 5, 3});
    conv("deployed_depthwise_relu", {.out = 8, .kernel = 3, .groups = 8, .bias = true, .activation = relu}, {6, 5, 8});
    const Conv2dAttributes plain{.out = 6, .kernel = 1, .bias = true, .residual = true};
    const Conv2dAttributes strided{
        .out = 6, .kernel = 3, .stride = 2, .bias = true, .activation = relu, .residual = true};
    all.push_back({"deployed_conv_residual", make_conv2d(plain), {{5, 4, 7}, {5, 4, 6}}});
    all.push_back({"deployed_conv_relu_residual", make_conv2d(strided), {{5, 4, 7}, {3, 2, 6}}});
}

void add_norms(std::vector<Example>& all) {
    const auto norm = [&](std::string label, BatchNormAttributes a, std::vector<Shape> inputs) {
        all.push_back({std::move(label), make_batch_norm(a), std::move(inputs)});
    };
    const Shape src{5, 3, 17};
    norm("batch_norm", {}, {src});
    norm("batch_norm_of_vector", {.eps = 1e-3}, {{9}});
    norm("batch_norm_not_affine", {.affine = false}, {src});
    norm("batch_norm_relu", {.activation = Activation::relu}, {src});
    norm("batch_norm_swish", {.activation = Activation::swish}, {src});
    norm("batch_norm_residual", {.momentum = 0.2, .residual = true}, {src, src});
    norm("batch_norm_residual_relu", {.activation = Activation::relu, .residual = true}, {src, src});
    norm("batch_norm_residual_swish", {.activation = Activation::swish, .residual = true}, {src, src});
}

void add_elementwise(std::vector<Example>& all) {
    const Shape image{3, 5, 7};
    all.push_back({"relu", make_relu(), {image}});
    all.push_back({"relu6", make_relu6(), {image}});
    all.push_back({"swish", make_swish(), {image}});
    all.push_back({"sigmoid", make_sigmoid(), {{37}}});
    all.push_back({"gelu", make_gelu(), {image}});
    all.push_back({"tanh", make_tanh(), {{37}}});
    all.push_back({"leaky_relu", make_leaky_relu(), {image}});
    all.push_back({"add", make_add(), {image, image}});
    all.push_back({"add_relu", make_add({Activation::relu}), {image, image}});
    all.push_back({"add_swish", make_add({Activation::swish}), {image, image}});
    all.push_back({"drop_path", make_drop_path({.rate = 0.5}), {image}});
    all.push_back({"drop_path_residual", make_drop_path({.rate = 0.4, .residual = true}), {image, image}});
    all.push_back({"drop_path_rate_0", make_drop_path({.rate = 0}), {image}});
    all.push_back({"dropout", make_dropout({.rate = 0.3}), {{131}}});
    all.push_back({"identity", make_identity(), {image}});
    all.push_back({"zero", make_zero(), {image}});
    all.push_back({"crop", make_crop({.top = 1, .left = 2, .right = 1}), {image}});
    all.push_back({"scale_channels", make_scale_channels(), {{5, 3, 70}, {70}}});
    all.push_back({"dropout_rate_0", make_dropout({.rate = 0}), {image}});
}

void add_sequences(std::vector<Example>& all) {
    const Shape sequence{5, 7}, wide{4, 70};
    // Ids beyond the vocabulary too: they mean its last row. Ids repeat, so their gradients are added up.
    all.push_back({"embedding", make_embedding({.vocabulary = 4, .out = 7}), {{9}}, {6}});
    all.push_back({"embedding_scaled", make_embedding({.vocabulary = 90, .out = 130, .scale = 11.5}), {{5}}, {90}});
    all.push_back({"position_learned", make_position_embedding({.length = 6}), {sequence}});
    all.push_back({"position_sinusoidal", make_position_embedding({.kind = "sinusoidal"}), {sequence}});
    all.push_back({"class_token", make_class_token(), {wide}});
    all.push_back({"reshape", make_reshape({.sizes = {6, -1, 2}}), {{4, 6, 3}}});
    all.push_back({"reshape_flat", make_reshape({.sizes = {-1}}), {{4, 6, 3}}});
    all.push_back({"transpose", make_transpose(), {{19, 37}}});
    all.push_back({"transpose_inner", make_transpose({.order = {1, 0, 2}}), {{3, 5, 7}}});
    all.push_back({"transpose_all", make_transpose({.order = {2, 0, 3, 1}}), {{3, 4, 17, 2}}});
    all.push_back({"transpose_vector", make_transpose({.order = {0}}), {{7}}});
    all.push_back({"concat", make_concat(), {{3, 4, 5}, {3, 4, 1}, {3, 4, 7}}, {}, true});
    all.push_back({"token_mean", make_token_mean(), {wide}});
    all.push_back({"token_mean_but_the_first", make_token_mean({.first = 1}), {sequence}});
    all.push_back({"select_token", make_select_token(), {sequence}});
    all.push_back({"select_last_token", make_select_token({.index = 4}), {sequence}});
    all.push_back({"token_mask", make_token_mask({.padding = 1}), {{11}}, {3}});
    all.push_back({"reflect_pad", make_reflect_pad({.height = 2, .width = 1}), {{3, 5, 3}}});
    all.push_back({"reflect_pad_of_columns", make_reflect_pad({.width = 2}), {{1, 4, 2}}});
}

void add_mixing(std::vector<Example>& all) {
    all.push_back({"weighted_sum", make_weighted_sum(), {{7, 5, 3}, {7, 5, 3}, {7, 5, 3}, {3}}});
    all.push_back({"multiply", make_multiply(), {{5, 13}, {5, 13}}});
    all.push_back({"token_convolution", make_token_convolution({.kernel = 5}), {{7, 70}}});
    all.push_back({"token_convolution_beyond_both_ends", make_token_convolution({.kernel = 9}), {{3, 5}}});
    all.push_back({"dynamic_convolution", make_dynamic_convolution({.heads = 2, .kernel = 3}), {{6, 10}, {6, 6}}});
    all.push_back({"dynamic_convolution_beyond_both_ends", make_dynamic_convolution({.kernel = 9}), {{4, 17}, {4, 9}}});
    all.push_back({"fourier_mixing", make_fourier_mixing(), {{6, 9}}});
    all.push_back({"fourier_mixing_cosine", make_fourier_mixing({.kind = "dct"}), {{7, 10}}});
}

void add_transformer(std::vector<Example>& all) {
    all.push_back({"layer_norm", make_layer_norm(), {{5, 19}}});
    all.push_back({"layer_norm_of_vector", make_layer_norm({.epsilon = 1e-3}), {{64}}});
    all.push_back({"layer_norm_two_axes", make_layer_norm({.axes = 2}), {{3, 5, 7}}});
    const auto attention = [&](std::string label, AttentionAttributes a, std::vector<Shape> inputs) {
        all.push_back({std::move(label), make_attention(a), std::move(inputs)});
    };
    attention("attention", {}, {{5, 9}});
    attention("attention_heads", {.heads = 3}, {{61, 3 * 3 * 16}});
    attention("attention_of_one_token", {.heads = 2}, {{1, 12}});
    attention("attention_causal", {.heads = 2, .causal = true}, {{67, 30}});
    attention("attention_mask", {.heads = 2, .mask = true}, {{7, 24}, {7}});
    attention("attention_memory", {.heads = 2, .memory = true}, {{5, 10}, {53, 20}});
    attention("attention_memory_mask", {.heads = 3, .mask = true, .memory = true}, {{50, 27}, {18, 54}, {18}});
    attention("attention_causal_memory", {.causal = true, .memory = true}, {{9, 17}, {4, 34}});
    attention("attention_relative", {.heads = 2, .max_distance = 2}, {{17, 30}});
    attention("attention_relative_odd_grid", {.heads = 3, .max_distance = 9}, {{29, 9 * 6}});
    attention("attention_relative_one_token", {.heads = 2, .max_distance = 1}, {{1, 18}});
    attention("attention_relative_causal_mask", {.causal = true, .mask = true, .max_distance = 1}, {{11, 12}, {11}});
}

}  // namespace

std::vector<Example> examples() {
    std::vector<Example> all;
    add_sequences(all);
    add_mixing(all);
    add_convolutions(all);
    add_norms(all);
    add_elementwise(all);
    add_transformer(all);
    const Activation swish = Activation::swish;
    all.push_back({"squeeze_excite_relu", make_squeeze_excite({.reduced = 3}), {{5, 3, 17}}});
    all.push_back({"squeeze_excite_swish", make_squeeze_excite({.reduced = 8, .activation = swish}), {{4, 4, 32}}});
    all.push_back({"global_average_pool", make_global_average_pool(), {{5, 3, 19}}});
    all.push_back({"linear", make_linear({.out = 7}), {{13}}});
    all.push_back({"linear_rows_no_bias", make_linear({.out = 16, .bias = false}), {{3, 5}}});
    all.push_back({"linear_many_rows", make_linear({.out = 48}), {{19, 16}}});
    all.push_back({"deployed_linear_rows_swish", make_linear({.out = 9, .activation = Activation::swish}), {{17, 5}}});
    all.push_back({"deployed_linear_rows_residual",
                   make_linear({.out = 9, .activation = Activation::relu, .residual = true}), {{17, 5}, {17, 9}}});
    all.push_back({"deployed_linear_residual",
                   make_linear({.out = 9, .activation = Activation::swish, .residual = true}), {{13}, {9}}});
    all.push_back({"deployed_linear_relu", make_linear({.out = 9, .activation = Activation::relu}), {{13}}});
    all.push_back({"max_pool", make_max_pool({.kernel = 3, .stride = 2, .padding = 1}), {{7, 6, 5}}});
    all.push_back({"max_pool_stride_above_kernel", make_max_pool({.kernel = 2, .stride = 3}), {{8, 8, 17}}});
    all.push_back({"average_pool", make_average_pool({.kernel = 3, .stride = 1, .padding = 1}), {{5, 6, 7}}});
    return all;
}

std::vector<double> values(std::size_t count, std::uint64_t id, double scale) {
    Rng rng(2026, Purpose::test, id);
    std::vector<double> result(count);
    for (double& x : result) {
        const double sign = rng.uniform() < 0.5 ? -1 : 1;
        x = sign * scale * (0.05 + 0.95 * rng.uniform());
        x = static_cast<double>(static_cast<float>(x));  // so that the kernel starts from the same numbers
    }
    return result;
}

std::vector<std::vector<double>> parameter_values(const std::vector<ParameterSpec>& specs) {
    std::vector<std::vector<double>> result;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const bool positive = specs[i].role == ParameterRole::scale || specs[i].role == ParameterRole::running_variance;
        result.push_back(values(static_cast<std::size_t>(specs[i].shape.count()), 50 + i, 0.5));
        for (double& x : result.back()) x += positive ? 1 : 0;
    }
    return result;
}

std::vector<std::vector<double>> source_values(const Example& example, std::int64_t batch) {
    std::vector<std::vector<double>> result;
    for (std::size_t i = 0; i < example.inputs.size(); ++i) {
        result.push_back(values(static_cast<std::size_t>(batch * example.inputs[i].count()), 10 + i));
        if (i >= example.ids.size() || example.ids[i] == 0) continue;
        Rng rng(2026, Purpose::test, 30 + i);
        for (double& x : result.back()) x = static_cast<double>(rng.below(example.ids[i]));
    }
    return result;
}

TEST(Example, ValuesKeepAwayFromZero) {
    for (const double x : values(1000, 1)) EXPECT_GE(std::abs(x), 0.0499);
}

}  // namespace hpnas::testing

#include "hpnas/op/class_token.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/reshape.hpp"
#include "hpnas/op/select_token.hpp"
#include "hpnas/op/token_mask.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/op/transpose.hpp"
#include "translation.hpp"

namespace hpnas {
namespace {

/// Token ids as int64.
std::string ids(const Translation& t) {
    if (t.src().ids) return t.src().name;
    return t.add("Cast", {t.plain()}, {{"to", std::int64_t{onnx::TensorProto::INT64}}});
}

/// [out, in] to [in, out].
std::vector<float> transposed(std::span<const float> weight, std::int64_t out, std::int64_t in) {
    std::vector<float> result(weight.size());
    for (std::int64_t k = 0; k < out; ++k)
        for (std::int64_t c = 0; c < in; ++c)
            result[static_cast<std::size_t>(c * out + k)] = weight[static_cast<std::size_t>(k * in + c)];
    return result;
}

std::string matrix_product(const Translation& t, const LinearAttributes& a) {
    const std::int64_t in = t.src_shape().channels();
    if (t.src_shape().rank() == 1) {
        std::vector<std::string> inputs{t.plain(), t.parameter("weight", {a.out, in})};
        if (a.bias) inputs.push_back(t.parameter("bias", {a.out}));
        return t.add("Gemm", inputs, {{"transB", std::int64_t{1}}});
    }
    const std::string product =
        t.add("MatMul", {t.plain(), t.parameter("weight", {in, a.out}, transposed(t.values("weight"), a.out, in))});
    return a.bias ? t.add("Add", {product, t.parameter("bias", {a.out})}) : product;
}

}  // namespace

OnnxValue translate_linear(const Translation& t) {
    const LinearAttributes& a = t.op<Linear>().attributes();
    std::string y = matrix_product(t, a);
    if (a.residual) y = t.add("Add", {y, t.plain(1)});
    return t.plain_result(t.activated(a.activation, y));
}

OnnxValue translate_layer_norm(const Translation& t) {
    const LayerNormAttributes& a = t.op<LayerNorm>().attributes();
    const Shape& shape = t.shape();
    std::vector<std::int64_t> sizes;
    for (std::int64_t i = shape.rank() - a.axes; i < shape.rank(); ++i) sizes.push_back(shape[static_cast<int>(i)]);
    return t.plain_result(t.add("LayerNormalization",
                                {t.plain(), t.parameter("weight", sizes), t.parameter("bias", sizes)},
                                {{"axis", -a.axes}, {"epsilon", static_cast<float>(a.epsilon)}}));
}

OnnxValue translate_embedding(const Translation& t) {
    const EmbeddingAttributes& a = t.op<Embedding>().attributes();
    GraphWriter& graph = t.graph();
    std::vector<float> table(t.values("weight").begin(), t.values("weight").end());
    for (float& x : table) x *= static_cast<float>(a.scale);
    const std::string in_range = t.add("Clip", {ids(t), graph.scalar(std::int64_t{0}), graph.scalar(a.vocabulary - 1)});
    return t.plain_result(t.add("Gather", {t.parameter("weight", {a.vocabulary, a.out}, table), in_range}));
}

OnnxValue translate_position_embedding(const Translation& t) {
    const Shape& shape = t.shape();
    const bool learned = t.op<PositionEmbedding>().attributes().kind == "learned";
    std::vector<float> fixed;
    if (!learned)
        for (const double x : sinusoidal_positions(shape)) fixed.push_back(static_cast<float>(x));
    const std::span<const float> table = learned ? t.values("weight") : std::span<const float>(fixed);
    const auto rows = table.first(static_cast<std::size_t>(shape.count()));
    return t.plain_result(t.add("Add", {t.plain(), t.parameter("weight", {shape[0], shape[1]}, rows)}));
}

OnnxValue translate_class_token(const Translation& t) {
    GraphWriter& graph = t.graph();
    const std::int64_t channels = t.shape().channels();
    std::string token = t.parameter("weight", {1, 1, channels});
    if (graph.batch() != 1) {
        const std::vector<std::int64_t> one_token{1, channels};
        const std::string batch = t.add("Shape", {t.plain()}, {{"start", std::int64_t{0}}, {"end", std::int64_t{1}}});
        const std::string sizes = t.add("Concat", {batch, graph.list(one_token)}, {{"axis", std::int64_t{0}}});
        token = t.add("Expand", {token, sizes});
    }
    return t.plain_result(t.add("Concat", {token, t.plain()}, {{"axis", std::int64_t{1}}}));
}

OnnxValue translate_token_mask(const Translation& t) {
    const std::string padding = t.add("Equal", {ids(t), t.graph().scalar(t.op<TokenMask>().attributes().padding)});
    return t.plain_result(t.add("Cast", {t.add("Not", {padding})}, {{"to", std::int64_t{onnx::TensorProto::FLOAT}}}));
}

OnnxValue translate_token_mean(const Translation& t) {
    const std::int64_t first = t.op<TokenMean>().attributes().first, tokens = t.src_shape()[0], axis = 1;
    GraphWriter& graph = t.graph();
    const auto list = [&](const std::int64_t& value) { return graph.list(std::span(&value, 1)); };
    const std::string src = first == 0 ? t.plain() : t.add("Slice", {t.plain(), list(first), list(tokens), list(axis)});
    return t.plain_result(
        t.add("ReduceMean", {src}, {{"axes", std::vector<std::int64_t>{1}}, {"keepdims", std::int64_t{0}}}));
}

OnnxValue translate_select_token(const Translation& t) {
    const std::string index = t.graph().scalar(t.op<SelectToken>().attributes().index);
    return t.plain_result(t.add("Gather", {t.plain(), index}, {{"axis", std::int64_t{1}}}));
}

OnnxValue translate_reshape(const Translation& t) {
    return t.plain_result(t.reshaped(t.plain(), {t.shape().begin(), t.shape().end()}));
}

OnnxValue translate_transpose(const Translation& t) {
    std::vector<std::int64_t> order{0};
    for (const std::int64_t i : t.op<Transpose>().attributes().order) order.push_back(i + 1);
    return t.plain_result(t.add("Transpose", {t.plain()}, {{"perm", order}}));
}

}  // namespace hpnas

#include "hpnas/space/flexibert_layer.hpp"

#include <fmt/format.h>

#include "hpnas/config/scalar.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/dynamic_convolution.hpp"
#include "hpnas/op/fourier_mixing.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/multiply.hpp"
#include "hpnas/op/token_convolution.hpp"

namespace hpnas {
namespace {

using Kind = FlexibertOperation::Kind;

void check(const FlexibertOperation& operation, std::int64_t heads, std::int64_t width) {
    const std::int64_t multiple = operation.kind == Kind::convolution ? 2 : 1;
    if (!operation.has_heads() || (heads >= 1 && heads % multiple == 0 && width % heads == 0)) return;
    throw ShapeError(fmt::format("flexibert layer: expected{} heads that divide the width {}, got {}",
                                 multiple == 2 ? " an even number of" : "", width, heads));
}

class Layer {
public:
    Layer(NetworkBuilder& builder, NodeId input, const FlexibertLayer& layer, NodeId mask)
        : builder_(builder), layer_(layer), width_(builder.shape(input).channels()), mask_(mask), at_(input) {}

    NodeId append() {
        const NodeId input = at_;
        const FlexibertOperation operation = flexibert_operation(layer_.operation);
        check(operation, layer_.heads, width_);
        at_ = mix(operation);
        at_ = linear("proj", at_, width_);
        end_branch(1, input, operation.has_heads());
        feed_forward();
        return at_;
    }

private:
    NodeId mix(const FlexibertOperation& operation) {
        switch (operation.kind) {
            case Kind::attention:
                return builder_.add("attention", make_attention({.heads = layer_.heads, .mask = true}),
                                    {linear("qkv", at_, 3 * width_), mask_});
            case Kind::weighted_attention:
                return attention(linear("weighted", linear("query", at_, width_), width_, false), width_, layer_.heads);
            case Kind::dft:
                return add("transform", make_fourier_mixing({.kind = "dft"}), at_);
            case Kind::dct:
                return add("transform", make_fourier_mixing({.kind = "dct"}), at_);
            case Kind::convolution:
                break;
        }
        const NodeId query = linear("query", at_, width_ / 2);
        const NodeId attended = attention(query, width_ / 2, layer_.heads / 2);
        return builder_.add("concat", make_concat(), {attended, convolution(query, operation.kernel)});
    }
    NodeId attention(NodeId query, std::int64_t width, std::int64_t heads) {
        return builder_.add("attention", make_attention({.heads = heads, .mask = true, .memory = true}),
                            {query, linear("key_value", at_, 2 * width), mask_});
    }
    NodeId convolution(NodeId query, std::int64_t kernel) {
        const NodeId depthwise = add("span_depthwise", make_token_convolution({.kernel = kernel}), at_);
        const NodeId span = linear("span_pointwise", depthwise, width_ / 2);
        const NodeId gated = builder_.add("span_query", make_multiply(), {span, query});
        const NodeId kernels = linear("kernels", gated, layer_.heads / 2 * kernel);
        return builder_.add("convolution", make_dynamic_convolution({.heads = layer_.heads / 2, .kernel = kernel}),
                            {linear("convolved", at_, width_ / 2), kernels});
    }
    void feed_forward() {
        const NodeId input = at_;
        for (std::int64_t i = 1; i <= layer_.stack; ++i) {
            at_ = linear(fmt::format("fc{}", i), at_, layer_.ffn);
            at_ = add(fmt::format("act{}", i), make_activation(Activation::gelu), at_);
        }
        at_ = linear("fc_out", at_, width_);
        end_branch(2, input, true);
    }
    void end_branch(int branch, NodeId residual, bool norm) {
        if (layer_.dropout > 0)
            at_ = add(fmt::format("dropout{}", branch), make_dropout({.rate = layer_.dropout}), at_);
        at_ = builder_.add(fmt::format("add{}", branch), make_add(), {residual, at_});
        if (norm) at_ = add(fmt::format("norm{}", branch), make_layer_norm({.epsilon = layer_.epsilon}), at_);
    }
    NodeId linear(const std::string& name, NodeId input, std::int64_t out, bool bias = true) {
        return add(name, make_linear({.out = out, .bias = bias}), input);
    }
    NodeId add(const std::string& name, OperatorPtr op, NodeId input) {
        return builder_.add(name, std::move(op), input);
    }

    NetworkBuilder& builder_;
    const FlexibertLayer& layer_;
    std::int64_t width_;
    NodeId mask_, at_;
};

}  // namespace

FlexibertOperation flexibert_operation(std::string_view name) {
    if (name == "SA-SDP") return {Kind::attention, 0};
    if (name == "SA-WMA") return {Kind::weighted_attention, 0};
    if (name == "LT-DFT") return {Kind::dft, 0};
    if (name == "LT-DCT") return {Kind::dct, 0};
    if (name.starts_with("DSC-")) {
        const auto kernel = parse_integer(name.substr(4));
        if (kernel && std::to_string(*kernel) == name.substr(4) && *kernel >= 3 && *kernel <= 63 && *kernel % 2 == 1)
            return {Kind::convolution, *kernel};
    }
    throw EncodingError(
        fmt::format("flexibert: expected SA-SDP, SA-WMA, LT-DFT, LT-DCT or DSC-k (k odd, 3 to 63), got '{}'", name));
}

std::string flexibert_key(const FlexibertLayer& layer) {
    std::string text = "flexibert " + layer.operation;
    if (flexibert_operation(layer.operation).has_heads()) text += fmt::format(" heads={}", layer.heads);
    return text + fmt::format(" ffn={}x{} eps={}", layer.ffn, layer.stack, layer.epsilon);
}

NodeId append_flexibert_layer(NetworkBuilder& builder, NodeId input, const FlexibertLayer& layer, NodeId mask) {
    builder.begin_block(flexibert_key(layer));
    const NodeId output = Layer(builder, input, layer, mask).append();
    builder.end_block();
    return output;
}

}  // namespace hpnas

#pragma once
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph_writer.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/op/activation.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// One node of a network on its way into an ONNX graph: what a translator reads, and where it writes.
class Translation {
public:
    Translation(const Node& node, std::vector<OnnxValue> src, const Parameters& parameters, GraphWriter& graph)
        : node_(node), src_(std::move(src)), parameters_(parameters), graph_(graph) {}

    /// The node's operator. @throws std::bad_cast if it is no T
    template <class T>
    const T& op() const {
        return dynamic_cast<const T&>(*node_.op);
    }
    std::string_view type() const noexcept { return node_.op->type(); }
    std::size_t n_src() const noexcept { return src_.size(); }
    const OnnxValue& src(std::size_t i = 0) const { return src_[i]; }
    const Shape& src_shape(std::size_t i = 0) const { return src_[i].shape; }
    const Shape& shape() const noexcept { return node_.shape; }
    /// Name of the i-th input as image [N, C, H, W], or with the dimensions in our order.
    std::string image(std::size_t i = 0) const { return graph_.as_channels_first(src_[i]); }
    std::string plain(std::size_t i = 0) const { return graph_.as_channels_last(src_[i]); }
    /// The node's value.
    OnnxValue image_result(std::string name) const { return {std::move(name), node_.shape, true, false}; }
    OnnxValue plain_result(std::string name) const { return {std::move(name), node_.shape, false, false}; }
    /// The i-th input is the node's value.
    OnnxValue pass(std::size_t i = 0) const { return src_[i]; }

    GraphWriter& graph() const noexcept { return graph_; }
    std::string add(const std::string& type, std::vector<std::string> inputs,
                    std::vector<OnnxAttribute> attributes = {}) const {
        return graph_.node(type, std::move(inputs), std::move(attributes));
    }
    /// Values of one of the node's parameters, by its name in the operator. @throws InternalError if there is none
    std::span<const float> values(std::string_view parameter) const {
        const Parameters::Entry* entry = parameters_.find(node_.name + "." + std::string(parameter));
        if (entry == nullptr)
            throw InternalError("onnx: the parameters are not this network's: no '" + node_.name + "." +
                                std::string(parameter) + "'");
        return parameters_.values(*entry);
    }
    /// An initialiser of the node, in its own shape or another one.
    std::string parameter(const std::string& name, std::vector<std::int64_t> sizes,
                          std::span<const float> values) const {
        return graph_.parameter(name, sizes, values);
    }
    std::string parameter(const std::string& name, std::vector<std::int64_t> sizes) const {
        return graph_.parameter(name, sizes, values(name));
    }
    /// f(x), x itself without an activation.
    std::string activated(Activation activation, const std::string& x) const;
    /// A value under other sizes, one of which may be -1; the batch stays in front.
    std::string reshaped(const std::string& x, std::vector<std::int64_t> sizes) const {
        sizes.insert(sizes.begin(), 0);  // ONNX: 0 keeps the size of the input
        return add("Reshape", {x, graph_.list(sizes)});
    }

private:
    const Node& node_;
    std::vector<OnnxValue> src_;
    const Parameters& parameters_;
    GraphWriter& graph_;
};

/// Writes one operator and says where its value is.
using Translator = OnnxValue (*)(const Translation&);

OnnxValue translate_activation(const Translation& t);
OnnxValue translate_add(const Translation& t);
OnnxValue translate_multiply(const Translation& t);
OnnxValue translate_weighted_sum(const Translation& t);
OnnxValue translate_concat(const Translation& t);
OnnxValue translate_identity(const Translation& t);
OnnxValue translate_drop_path(const Translation& t);
OnnxValue translate_zero(const Translation& t);

OnnxValue translate_conv2d(const Translation& t);
OnnxValue translate_batch_norm(const Translation& t);
OnnxValue translate_pooling(const Translation& t);
OnnxValue translate_global_average_pool(const Translation& t);
OnnxValue translate_squeeze_excite(const Translation& t);
OnnxValue translate_scale_channels(const Translation& t);
OnnxValue translate_crop(const Translation& t);
OnnxValue translate_reflect_pad(const Translation& t);

OnnxValue translate_linear(const Translation& t);
OnnxValue translate_layer_norm(const Translation& t);
OnnxValue translate_embedding(const Translation& t);
OnnxValue translate_position_embedding(const Translation& t);
OnnxValue translate_class_token(const Translation& t);
OnnxValue translate_token_mask(const Translation& t);
OnnxValue translate_token_mean(const Translation& t);
OnnxValue translate_select_token(const Translation& t);
OnnxValue translate_reshape(const Translation& t);
OnnxValue translate_transpose(const Translation& t);

OnnxValue translate_token_convolution(const Translation& t);
OnnxValue translate_dynamic_convolution(const Translation& t);
OnnxValue translate_fourier_mixing(const Translation& t);
OnnxValue translate_attention(const Translation& t);

struct TranslatorEntry {
    std::string_view type;  ///< of the operator
    Translator translate;
};
/// One translator per registered operator.
std::span<const TranslatorEntry> translators();

}  // namespace hpnas

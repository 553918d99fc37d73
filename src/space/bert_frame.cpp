#include "hpnas/space/bert_frame.hpp"

#include <fmt/format.h>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/position_embedding.hpp"
#include "hpnas/op/select_token.hpp"
#include "hpnas/op/token_mask.hpp"

namespace hpnas {

NodeId BertFrame::append_mask(NetworkBuilder& builder, NodeId tokens) const {
    builder.begin_block(fmt::format("bert mask padding={}", padding));
    const NodeId mask = builder.add("token_mask", make_token_mask({.padding = padding}), tokens);
    builder.end_block();
    return mask;
}

NodeId BertFrame::append_embeddings(NetworkBuilder& builder, NodeId tokens, NodeId segments, std::int64_t width,
                                    std::int64_t hidden) const {
    std::string key = fmt::format("bert embeddings vocabulary={} positions={} types={} out={} eps={}", vocabulary,
                                  positions, types, width, epsilon);
    if (hidden != width) key += fmt::format(" hidden={}", hidden);
    builder.begin_block(std::move(key));
    NodeId at = builder.add("word", make_embedding({.vocabulary = vocabulary, .out = width}), tokens);
    at = builder.add("position", make_position_embedding({.length = positions}), at);
    const NodeId type = builder.add("type", make_embedding({.vocabulary = types, .out = width}), segments);
    at = builder.add("add", make_add(), {at, type});
    at = builder.add("norm", make_layer_norm({.epsilon = epsilon}), at);
    if (dropout > 0) at = builder.add("dropout", make_dropout({.rate = dropout}), at);
    if (hidden != width) at = builder.add("project", make_linear({.out = hidden}), at);
    builder.end_block();
    return at;
}

NodeId BertFrame::append_end(NetworkBuilder& builder, NodeId input) const {
    const std::int64_t hidden = builder.shape(input).channels();
    builder.begin_block(head == "classify" ? fmt::format("bert classify out={}", classes)
                                           : fmt::format("bert {}", head));
    NodeId at = input;
    if (head == "span") {
        at = builder.add("fc", make_linear({.out = 2}), at);
    } else {
        at = builder.add("first_token", make_select_token(), at);
        at = builder.add("pooler", make_linear({.out = hidden}), at);
        at = builder.add("tanh", make_tanh(), at);
    }
    if (head == "classify") {
        if (dropout > 0) at = builder.add("dropout", make_dropout({.rate = dropout}), at);
        at = builder.add("fc", make_linear({.out = classes}), at);
    }
    builder.end_block();
    return at;
}

}  // namespace hpnas

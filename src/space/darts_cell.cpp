#include "hpnas/space/darts_cell.hpp"

#include <fmt/format.h>

#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/concat.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/crop.hpp"
#include "hpnas/op/drop_path.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/pooling.hpp"

namespace hpnas {
namespace {

/// Adds nodes one behind the other.
class ChainBuilder {
public:
    /// @param rectified  relu of the input; -1: to be made
    ChainBuilder(NetworkBuilder& builder, NodeId input, const DartsStyle& style, NodeId rectified = -1)
        : builder_(builder), at_(input), input_(input), rectified_(rectified), style_(style) {}

    void add(const std::string& name, OperatorPtr op) { at_ = builder_.add(name, std::move(op), at_); }
    void relu(const std::string& name) {
        if (at_ == input_ && rectified_ >= 0)
            at_ = rectified_;
        else
            add(name, make_relu());
    }
    void norm(const std::string& name) { add(name, make_batch_norm({.affine = style_.affine})); }
    /// ReLU, depthwise k x k, 1x1, batch norm.
    void separable(int index, std::int64_t kernel, std::int64_t stride, std::int64_t dilation = 1) {
        const std::int64_t channels = builder_.shape(at_).channels();
        relu(fmt::format("relu{}", index));
        add(fmt::format("depthwise{}", index),
            make_conv2d(
                {.out = channels, .kernel = kernel, .stride = stride, .dilation = dilation, .groups = channels}));
        add(fmt::format("pointwise{}", index), make_conv2d({.out = channels}));
        norm(fmt::format("bn{}", index));
    }
    void factorized_reduction(std::int64_t channels) {
        relu("relu");
        const NodeId input = at_;
        add("conv1", make_conv2d({.out = channels / 2, .stride = 2, .padding = 0}));
        const NodeId even = at_;
        at_ = input;
        add("shift", make_crop({.top = 1, .left = 1}));
        add("conv2", make_conv2d({.out = channels - channels / 2, .stride = 2, .padding = 0}));
        at_ = builder_.add("concat", make_concat(), {even, at_});
        norm("bn");
    }
    NodeId at() const noexcept { return at_; }

private:
    NetworkBuilder& builder_;
    NodeId at_, input_, rectified_;
    const DartsStyle& style_;
};

void add_operation(ChainBuilder& chain, DartsOperation operation, std::int64_t stride, std::int64_t channels) {
    const PoolingAttributes window{.kernel = 3, .stride = stride, .padding = 1};
    switch (operation) {
        case DartsOperation::skip_connect:
            stride == 1 ? chain.add("identity", make_identity()) : chain.factorized_reduction(channels);
            return;
        case DartsOperation::max_pool_3x3:
            return chain.add("pool", make_max_pool(window));
        case DartsOperation::avg_pool_3x3:
            return chain.add("pool", make_average_pool(window));
        case DartsOperation::dil_conv_3x3:
            return chain.separable(1, 3, stride, 2);
        case DartsOperation::sep_conv_3x3:
        case DartsOperation::sep_conv_5x5:
        case DartsOperation::sep_conv_7x7: {
            const std::int64_t kernel = operation == DartsOperation::sep_conv_3x3   ? 3
                                        : operation == DartsOperation::sep_conv_5x5 ? 5
                                                                                    : 7;
            chain.separable(1, kernel, stride);
            chain.separable(2, kernel, 1);
            return;
        }
    }
}

}  // namespace

NodeId append_darts_operation(NetworkBuilder& builder, const std::string& name, NodeId input, DartsOperation operation,
                              std::int64_t stride, const DartsStyle& style, NodeId rectified) {
    builder.push_scope(name);
    ChainBuilder chain(builder, input, style, rectified);
    add_operation(chain, operation, stride, builder.shape(input).channels());
    const bool identity = operation == DartsOperation::skip_connect && stride == 1;
    if (style.drop_path > 0 && !identity) chain.add("drop_path", make_drop_path({.rate = style.drop_path}));
    builder.pop_scope();
    return chain.at();
}

NodeId append_darts_preprocessing(NetworkBuilder& builder, const std::string& name, NodeId input, std::int64_t channels,
                                  bool reduce, const DartsStyle& style) {
    builder.push_scope(name);
    ChainBuilder chain(builder, input, style);
    if (reduce) {
        chain.factorized_reduction(channels);
    } else {
        chain.add("relu", make_relu());
        chain.add("conv", make_conv2d({.out = channels}));
        chain.norm("bn");
    }
    builder.pop_scope();
    return chain.at();
}

NodeId append_darts_cell(NetworkBuilder& builder, NodeId before, NodeId previous, const DartsCell& cell, bool reduction,
                         const DartsStyle& style) {
    std::vector<NodeId> values{before, previous};
    for (std::size_t i = 0; i < cell.size(); ++i) {
        builder.push_scope(fmt::format("nodes.{}", i));
        std::vector<NodeId> slots;
        for (const DartsSlot& slot : cell[i]) {
            const std::int64_t stride = reduction && slot.input < 2 ? 2 : 1;
            slots.push_back(append_darts_operation(builder, fmt::format("slots.{}", slots.size()),
                                                   values[static_cast<std::size_t>(slot.input)], slot.operation, stride,
                                                   style));
        }
        values.push_back(builder.add("add", make_add(), slots));
        builder.pop_scope();
    }
    return builder.add("concat", make_concat(), std::vector(values.begin() + 2, values.end()));
}

}  // namespace hpnas

#include "hpnas/space/asr_front_end.hpp"

#include <fmt/format.h>

#include "hpnas/op/activate.hpp"
#include "hpnas/op/add.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/dropout.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/reflect_pad.hpp"
#include "hpnas/op/reshape.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t kernel = 5;

/// A chain of nodes.
class Chain {
public:
    Chain(NetworkBuilder& builder, NodeId at, double dropout) : builder_(builder), at_(at), dropout_(dropout) {}

    Chain& add(const std::string& name, OperatorPtr op) {
        at_ = builder_.add(name, std::move(op), at_);
        return *this;
    }
    Chain& drop(const std::string& name) { return dropout_ > 0 ? add(name, make_dropout({.rate = dropout_})) : *this; }
    NodeId at() const noexcept { return at_; }

private:
    NetworkBuilder& builder_;
    NodeId at_;
    double dropout_;
};

NodeId append_reduction(NetworkBuilder& builder, NodeId input, double dropout) {
    builder.begin_block("asr_reduction");
    Chain chain(builder, input, dropout);
    chain.add("pad", make_reflect_pad({.height = kernel / 2, .width = kernel / 2}))
        .add("conv",
             make_conv2d({.out = front_end_channels, .kernel = kernel, .stride = 2, .padding = 0, .bias = true}))
        .add("norm", make_layer_norm({.axes = 2}))
        .add("act", make_leaky_relu())
        .drop("dropout");
    builder.end_block();
    return chain.at();
}

NodeId append_residual(NetworkBuilder& builder, NodeId input, double dropout) {
    const auto conv = [] { return make_conv2d({.out = front_end_channels, .bias = true}); };
    builder.begin_block("asr_residual");
    Chain branch(builder, input, dropout);
    branch.add("conv", conv()).add("norm", make_layer_norm({.axes = 2})).add("act", make_leaky_relu()).drop("dropout");
    Chain shortcut(builder, input, dropout);
    shortcut.add("shortcut.conv", conv()).add("shortcut.norm", make_layer_norm({.axes = 2}));
    Chain sum(builder, builder.add("add", make_add(), {branch.at(), shortcut.at()}), dropout);
    const Shape shape = builder.shape(sum.at());
    sum.drop("dropout_sum").add("flatten", make_reshape({.sizes = {shape[0], shape[1] * shape[2]}}));
    builder.end_block();
    return sum.at();
}

}  // namespace

std::int64_t front_end_size(std::int64_t n) { return (n + 3) / 4; }

NodeId append_front_end(NetworkBuilder& builder, NodeId input, double dropout) {
    NodeId at = input;
    for (int i = 0; i < 3; ++i) {
        builder.push_scope(fmt::format("block{}", i));
        at = i < 2 ? append_reduction(builder, at, dropout) : append_residual(builder, at, dropout);
        builder.pop_scope();
    }
    return at;
}

}  // namespace hpnas

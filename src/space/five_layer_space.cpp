#include "hpnas/space/five_layer_space.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "hpnas/core/error.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/pooling.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, n_chain_operations> names{"conv5x5", "conv3x3", "max_pool"};

using Append = std::function<NodeId(NetworkBuilder&, NodeId)>;

/// A stretch of nodes that is a latency block.
struct Part {
    std::string key;
    Append append;
};

NodeId conv_norm_relu(NetworkBuilder& builder, NodeId input, std::int64_t out, std::int64_t kernel) {
    NodeId at = builder.add("conv", make_conv2d({.out = out, .kernel = kernel}), input);
    at = builder.add("bn", make_batch_norm(), at);
    return builder.add("relu", make_relu(), at);
}

Part stem(std::int64_t channels) {
    return {fmt::format("five_layer stem out={}", channels),
            [=](NetworkBuilder& b, NodeId input) { return conv_norm_relu(b, input, channels, 3); }};
}

Part layer(ChainOperation operation) {
    return {fmt::format("five_layer {}", names[static_cast<std::size_t>(operation)]),
            [=](NetworkBuilder& b, NodeId input) { return append_chain_operation(b, input, operation); }};
}

Part halving() {
    return {"five_layer halving", [](NetworkBuilder& b, NodeId input) {
                return b.add("pool", make_max_pool({.kernel = 2, .stride = 2}), input);
            }};
}

Part head(std::int64_t classes) {
    return {fmt::format("five_layer head out={}", classes), [=](NetworkBuilder& b, NodeId input) {
                return b.add("fc", make_linear({.out = classes}), b.add("pool", make_global_average_pool(), input));
            }};
}

NodeId append_part(NetworkBuilder& builder, const std::string& name, NodeId input, const Part& part) {
    builder.push_scope(name);
    builder.begin_block(part.key);
    const NodeId output = part.append(builder, input);
    builder.end_block();
    builder.pop_scope();
    return output;
}

ChainBlock chain_block(const Part& part, const Shape& input) {
    return {{part.key, input}, [part, input] {
                NetworkBuilder builder;
                const NodeId output = append_part(builder, "block", builder.input("input", input), part);
                return std::move(builder).finish({output});
            }};
}

}  // namespace

void FiveLayerOptions::visit(OptionVisitor& v) {
    v.integer({"channels", "channels of every layer", 1, 4096}, channels);
    v.integer({"layers", "layers that are chosen", 1, 100}, layers);
    v.integers({"halve_after", "layers (from 1) behind which a 2x2 maximum halves height and width", 1, 100},
               halve_after);
    v.integer({"resolution", "height and width of the input unless the task says", 4, 4096}, resolution);
}

FiveLayerSpace::FiveLayerSpace(const FiveLayerOptions& options, const TaskShape& task)
    : options_(options), task_(task) {
    if (task_.resolution == 0) task_.resolution = options_.resolution;
    if (task_.resolution >> options_.halve_after.size() == 0)
        throw ConfigError(fmt::format("space five_layer: expected an image that can be halved {} times, got {} pixels",
                                      options_.halve_after.size(), task_.resolution));
    for (std::int64_t i = 1; i <= options_.layers; ++i)
        decisions_.push_back({fmt::format("layer{}", i), {0, 1, 2}, false});
}

bool FiveLayerSpace::halves_after(std::size_t layer) const {
    return std::count(options_.halve_after.begin(), options_.halve_after.end(), static_cast<std::int64_t>(layer) + 1) >
           0;
}

Network FiveLayerSpace::do_decode(const Encoding& x) const {
    NetworkBuilder builder;
    NodeId at = builder.input("input", {task_.resolution, task_.resolution, task_.input_channels});
    at = append_part(builder, "stem", at, stem(options_.channels));
    for (std::size_t i = 0; i < x.size(); ++i) {
        at = append_part(builder, fmt::format("layers.{}", i), at, layer(static_cast<ChainOperation>(x[i])));
        if (halves_after(i)) at = append_part(builder, fmt::format("halvings.{}", i), at, halving());
    }
    at = append_part(builder, "head", at, head(task_.classes));
    return std::move(builder).finish({at});
}

std::optional<Segmentation> FiveLayerSpace::segmentation() const {
    ChainSegmenter chain;
    chain.add("stem", chain_block(stem(options_.channels), {task_.resolution, task_.resolution, task_.input_channels}));
    Shape shape{task_.resolution, task_.resolution, options_.channels};
    for (std::size_t i = 0; i < decisions_.size(); ++i) {
        std::vector<std::optional<ChainBlock>> choices;
        for (std::size_t c = 0; c < n_chain_operations; ++c)
            choices.emplace_back(chain_block(layer(static_cast<ChainOperation>(c)), shape));
        chain.add(decisions_[i].name, i, choices);
        if (!halves_after(i)) continue;
        chain.add("halving", chain_block(halving(), shape));
        shape = {shape[0] / 2, shape[1] / 2, shape[2]};
    }
    chain.add("head", chain_block(head(task_.classes), shape));
    return std::move(chain).finish();
}

Encoding FiveLayerSpace::do_parse(std::string_view arch) const {
    const bool written_out = arch.starts_with("conv") || arch.starts_with("max");
    return SearchSpace::do_parse(written_out ? "v:" + std::string(arch) : std::string(arch));
}

std::string FiveLayerSpace::do_format(const Encoding& x) const {
    std::vector<std::string_view> chosen;
    for (const std::int16_t choice : x) chosen.push_back(names[static_cast<std::size_t>(choice)]);
    return fmt::format("{}", fmt::join(chosen, ","));
}

std::string FiveLayerSpace::do_choice_text(std::size_t, std::size_t choice) const { return std::string(names[choice]); }

NodeId append_chain_operation(NetworkBuilder& builder, NodeId input, ChainOperation operation) {
    const std::int64_t channels = builder.shape(input).channels();
    switch (operation) {
        case ChainOperation::conv5x5:
            return conv_norm_relu(builder, input, channels, 5);
        case ChainOperation::conv3x3:
            return conv_norm_relu(builder, input, channels, 3);
        case ChainOperation::max_pool:
            break;
    }
    return builder.add("pool", make_max_pool({.kernel = 3, .stride = 1, .padding = 1}), input);
}

}  // namespace hpnas

#include "hpnas/space/width_segmentation.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace hpnas {
namespace {

std::vector<std::int32_t> every(std::size_t n) {
    std::vector<std::int32_t> numbers(n);
    std::iota(numbers.begin(), numbers.end(), 0);
    return numbers;
}

}  // namespace

ChainBlock chain_block(const std::vector<Shape>& inputs,
                       const std::function<NodeId(NetworkBuilder&, const std::vector<NodeId>& inputs)>& append) {
    const auto network = [inputs, append] {
        NetworkBuilder builder;
        std::vector<NodeId> ids;
        for (const Shape& shape : inputs) {
            const std::string name = ids.empty() ? "input" : "input" + std::to_string(ids.size() + 1);
            ids.push_back(builder.input(name, shape));
        }
        builder.push_scope("block");
        const NodeId output = append(builder, ids);
        builder.pop_scope();
        return std::move(builder).finish({output});
    };
    return {{network().blocks()[0].key, inputs[0]}, network};
}

std::int32_t WidthSegmenter::number(ChainBlock block) {
    const auto next = static_cast<std::int32_t>(networks_.size());
    const auto [at, is_new] = numbers_.emplace(block.key.key + " " + to_string(block.key.input), next);
    if (is_new) {
        result_.blocks.push_back(std::move(block.key));
        networks_.push_back(std::move(block.network));
    }
    return at->second;
}

void WidthSegmenter::fixed(std::string name, const ChainBlock& block) {
    Segment segment;
    segment.name = std::move(name);
    segment.first = {number(block)};
    segment.repeat = {-1};
    segment.next = segment.skip = {0};
    result_.segments.push_back(std::move(segment));
}

void WidthSegmenter::begin(std::string name, const std::function<ChainBlock(std::size_t width)>& block) {
    Segment segment;
    segment.name = std::move(name);
    segment.configuration = segment.output = {{slot_, 1}};
    segment.n_configurations = segment.n_outputs = n_widths_;
    for (std::size_t width = 0; width < n_widths_; ++width) segment.first.push_back(number(block(width)));
    segment.repeat.assign(n_widths_, -1);
    segment.next = every(n_widths_);
    segment.skip = {0};
    result_.segments.push_back(std::move(segment));
}

void WidthSegmenter::add(std::string name, const Layers& layers,
                         const std::function<ChainBlock(std::size_t width, std::size_t configuration)>& block) {
    Segment segment;
    segment.name = std::move(name);
    segment.configuration = layers.configuration;
    segment.n_configurations = layers.n_configurations;
    segment.layers_slot = layers.slot;
    segment.layers = layers.numbers;
    segment.n_states = n_widths_;
    for (std::size_t width = 0; width < n_widths_; ++width)
        for (std::size_t configuration = 0; configuration < layers.n_configurations; ++configuration)
            segment.first.push_back(number(block(width, configuration)));
    const bool repeats = *std::max_element(layers.numbers.begin(), layers.numbers.end()) > 1;
    segment.repeat = repeats ? segment.first : std::vector<std::int32_t>(segment.first.size(), -1);
    segment.next = segment.skip = every(n_widths_);
    result_.segments.push_back(std::move(segment));
}

Segmentation WidthSegmenter::finish() && {
    result_.network = [networks = std::move(networks_)](std::size_t i) { return networks.at(i)(); };
    return std::move(result_);
}

}  // namespace hpnas

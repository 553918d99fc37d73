#include "hpnas/space/chain_segmentation.hpp"

#include <memory>
#include <utility>

namespace hpnas {

void ChainSegmenter::add(std::string name, std::size_t slot, const std::vector<std::optional<ChainBlock>>& choices) {
    std::vector<std::int32_t> first;
    for (const auto& choice : choices) first.push_back(choice ? number(*choice) : -1);
    append(std::move(name), {{slot, 1}}, std::move(first));
}

void ChainSegmenter::add(std::string name, const ChainBlock& block) { append(std::move(name), {}, {number(block)}); }

Segmentation ChainSegmenter::finish() && {
    auto networks = std::make_shared<std::vector<std::function<Network()>>>(std::move(networks_));
    result_.network = [networks](std::size_t i) { return networks->at(i)(); };
    return std::move(result_);
}

std::int32_t ChainSegmenter::number(const ChainBlock& block) {
    const auto [found, is_new] =
        numbers_.try_emplace(block.key.key + to_string(block.key.input), static_cast<std::int32_t>(networks_.size()));
    if (is_new) {
        result_.blocks.push_back(block.key);
        networks_.push_back(block.network);
    }
    return found->second;
}

void ChainSegmenter::append(std::string name, std::vector<Segment::Term> configuration,
                            std::vector<std::int32_t> first) {
    Segment segment;
    segment.name = std::move(name);
    segment.configuration = std::move(configuration);
    segment.n_configurations = first.size();
    segment.repeat.assign(first.size(), -1);
    segment.first = std::move(first);
    segment.next = {0};
    segment.skip = {-1};
    result_.segments.push_back(std::move(segment));
}

}  // namespace hpnas

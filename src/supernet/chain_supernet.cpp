#include "hpnas/supernet/chain_supernet.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/op/dropout.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/op/weighted_sum.hpp"
#include "hpnas/supernet/transplant.hpp"

namespace hpnas {
namespace {

std::string layer_prefix(std::size_t layer) { return fmt::format("layers.{}.", layer); }

class ChainBuilder {
public:
    ChainBuilder(const SearchSpace& space, double skip_dropout)
        : decisions_(space.decisions()), skip_dropout_(skip_dropout) {
        std::size_t most = 0;
        for (const Decision& decision : decisions_) most = std::max(most, decision.values.size());
        for (std::size_t option = 0; option < most; ++option) {
            Encoding x;
            for (const Decision& decision : decisions_)
                x.push_back(static_cast<std::int16_t>(std::min(option, decision.values.size() - 1)));
            decoded_.push_back(space.decode(x));
        }
        supernet_.groups = ChoiceGroups(decisions_);
    }

    Supernet build() && {
        const Network& chain = decoded_.back();  // where every layer has its last option
        Transplant fixed(chain, builder_);
        const NodeId image = chain.inputs()[0];
        fixed.replace(image, builder_.input(chain.node(image).name, chain.node(image).shape));
        for (std::size_t i = 0; i < decisions_.size(); ++i)
            weights_.push_back(builder_.input(fmt::format("weights.{}", decisions_[i].name),
                                              {static_cast<std::int64_t>(decisions_[i].values.size())}));
        std::size_t layer = 0;  // the next one
        for (NodeId id = image + 1; id < static_cast<NodeId>(chain.nodes().size()); ++id) {
            if (layer == decisions_.size() || !chain.node(id).name.starts_with(layer_prefix(layer))) {
                fixed.copy(id, chain.node(id).name);
                continue;
            }
            const NodeId mixed = mix(layer, fixed.at(chain.node(id).inputs[0]));
            while (chain.node(id + 1).name.starts_with(layer_prefix(layer))) ++id;
            fixed.replace(id, mixed);
            ++layer;
        }
        supernet_.network = std::move(builder_).finish({fixed.at(chain.outputs()[0])});
        return std::move(supernet_);
    }

private:
    /// Adds all options of a layer and their sum.
    NodeId mix(std::size_t layer, NodeId input) {
        Mixture mixture{layer + 1, {{layer}}, {}};
        std::vector<NodeId> ends;
        for (std::size_t option = 0; option < decisions_[layer].values.size(); ++option) {
            mixture.branches.push_back(branch(layer, option, input));
            ends.push_back(mixture.branches.back().back());
        }
        ends.push_back(weights_[layer]);
        supernet_.mixtures.push_back(std::move(mixture));
        supernet_.places.push_back({layer_prefix(layer), layer_prefix(layer), {layer}});
        return builder_.add(layer_prefix(layer) + "mixture", make_weighted_sum(), std::move(ends));
    }

    std::vector<NodeId> branch(std::size_t layer, std::size_t option, NodeId input) {
        const Network& decoded = decoded_[option];
        const std::string from = layer_prefix(layer), to = fmt::format("{}options.{}.", from, option);
        Transplant transplant(decoded, builder_);
        std::vector<NodeId> nodes;
        for (NodeId id = 0; id < static_cast<NodeId>(decoded.nodes().size()); ++id) {
            const Node& node = decoded.node(id);
            if (!node.name.starts_with(from)) continue;
            for (const NodeId read : node.inputs)
                if (!decoded.node(read).name.starts_with(from)) transplant.replace(read, input);
            nodes.push_back(transplant.copy(id, to + node.name.substr(from.size())));
        }
        if (nodes.empty()) {
            OperatorPtr skip = skip_dropout_ > 0 ? make_dropout({.rate = skip_dropout_}) : make_identity();
            nodes.push_back(builder_.add(to + "skip", std::move(skip), input));
        }
        return nodes;
    }

    std::span<const Decision> decisions_;
    double skip_dropout_;
    std::vector<Network> decoded_;  // by option: every layer has it, or its last
    NetworkBuilder builder_;
    std::vector<NodeId> weights_;
    Supernet supernet_;
};

}  // namespace

Supernet chain_supernet(const SearchSpace& space, double skip_dropout) {
    return ChainBuilder(space, skip_dropout).build();
}

}  // namespace hpnas

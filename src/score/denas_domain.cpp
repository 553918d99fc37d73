#include "hpnas/score/denas_domain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "hpnas/graph/passes.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/score/attention_layers.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/random_weights.hpp"

namespace hpnas {
namespace {

bool is(const Node& node, std::string_view type) { return node.op != nullptr && node.op->type() == type; }

bool in_encoder(const Node& node) { return node.name.starts_with("encoder."); }

/// What a linear layer is there for.
enum class Place : std::uint8_t { other, queries_keys_values, projection, mlp_in, mlp_out };

/// Tells places from their neighbours. The tanh of BERT's pooler makes no MLP.
class Places {
public:
    explicit Places(const Network& network) : network_(network), layers_(network) {
        for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id)
            if (is(network.node(id), "linear") && !layers_.in_attention(id) && is_activation(source(id))) {
                mlp_out_.insert(id);
                mlp_in_.insert(source(source(id)));
            }
    }
    Place of(NodeId id) const {
        if (!is(network_.node(id), "linear")) return Place::other;
        if (layers_.in_attention(id))
            return is(network_.node(source(id)), "attention") ? Place::projection : Place::queries_keys_values;
        if (mlp_out_.contains(id)) return Place::mlp_out;
        return mlp_in_.contains(id) ? Place::mlp_in : Place::other;
    }

private:
    NodeId source(NodeId id) const {
        NodeId from = network_.node(id).inputs[0];
        while (is(network_.node(from), "dropout") || is(network_.node(from), "drop_path"))
            from = network_.node(from).inputs[0];
        return from;
    }
    bool is_activation(NodeId id) const {
        const auto* activate = dynamic_cast<const Activate*>(network_.node(id).op.get());
        return activate != nullptr && activate->kind() != Activation::tanh;
    }

    const Network& network_;
    AttentionLayers layers_;
    std::set<NodeId> mlp_in_, mlp_out_;
};

/// Calls `visit` with the weight and the place of every linear layer, or of every layer if there is no attention.
template <class Visit>
void for_each_weight(const Network& network, const Parameters& parameters, Visit visit) {
    const Places places(network);
    for (const Parameters::Entry& entry : parameters.entries()) {
        const Node& node = network.node(entry.node);
        if (entry.spec.name == "weight" && (is(node, "linear") || is(node, "conv2d")))
            visit(entry, places.of(entry.node), is(node, "linear"));
    }
}

DenasMatrix whole(const Parameters::Entry& weight, double times = 1) {
    return {&weight, 0, static_cast<std::size_t>(weight.spec.shape.count()), weight.spec.shape[0], times};
}

}  // namespace

DenasDomain denas_domain(const Network& network) {
    if (!AttentionLayers(network).any()) return DenasDomain::cnn;
    if (network.node(network.inputs()[0]).shape.rank() == 1) return DenasDomain::text;
    return std::ranges::any_of(network.nodes(), in_encoder) ? DenasDomain::speech : DenasDomain::vision;
}

Network denas_network(const Network& network, DenasDomain domain) {
    if (domain == DenasDomain::cnn) return remove_residuals(network);
    if (domain != DenasDomain::speech) return network;
    NodeId last = network.outputs()[0];
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id)
        if (in_encoder(network.node(id))) last = id;
    return cut_at(network, {last});
}

std::vector<DenasMatrix> denas_diversity_matrices(const Network& network, const Parameters& parameters,
                                                  DenasDomain domain) {
    std::vector<DenasMatrix> matrices;
    if (domain == DenasDomain::cnn) return matrices;
    const bool text = domain == DenasDomain::text;
    for_each_weight(network, parameters, [&](const Parameters::Entry& entry, Place place, bool) {
        const DenasMatrix matrix = whole(entry);
        if (place == (text ? Place::mlp_out : Place::projection)) matrices.push_back(matrix);
        if (place != Place::queries_keys_values) return;
        const std::size_t parts = text ? 3 : 1;
        for (std::size_t i = 0; i < parts; ++i)
            matrices.push_back({&entry, i * (matrix.count / parts), matrix.count / parts,
                                matrix.rows / static_cast<std::int64_t>(parts)});
    });
    return matrices;
}

std::vector<DenasMatrix> denas_saliency_matrices(const Network& network, const Parameters& parameters,
                                                 DenasDomain domain) {
    std::vector<DenasMatrix> matrices;
    for_each_weight(network, parameters, [&](const Parameters::Entry& entry, Place place, bool linear) {
        const bool mlp = place == Place::mlp_in || place == Place::mlp_out;
        const bool vision = domain == DenasDomain::vision;
        if (domain == DenasDomain::cnn || mlp) {
            matrices.push_back(whole(entry, vision ? 2 : 1));
        } else if (vision && linear && place != Place::queries_keys_values) {
            matrices.push_back(whole(entry));
        }
    });
    return matrices;
}

std::vector<const Parameters::Entry*> denas_untouched_weights(const Network& network, const Parameters& parameters,
                                                              DenasDomain domain) {
    std::vector<const Parameters::Entry*> weights;
    for_each_weight(network, parameters, [&](const Parameters::Entry& entry, Place place, bool) {
        if (domain == DenasDomain::vision && place == Place::queries_keys_values) weights.push_back(&entry);
    });
    return weights;
}

Parameters denas_parameters(const ScoreProbe& probe, const Network& network, DenasDomain domain) {
    Parameters parameters = initial_parameters(probe, network);
    if (domain == DenasDomain::text || domain == DenasDomain::speech) return parameters;
    const Parameters initial = parameters;
    draw_normal_weights(probe, WeightScale::unit, "denas", network, parameters);
    for (const Parameters::Entry* entry : denas_untouched_weights(network, parameters, domain))
        std::ranges::copy(initial.values(*entry), parameters.values(*entry).begin());
    return parameters;
}

void denas_backward(const ScoreProbe& probe, Executor& executor, const Network& network, DenasDomain domain) {
    const bool images = domain == DenasDomain::cnn || domain == DenasDomain::vision;
    for (std::size_t i = 0; i < network.inputs().size(); ++i) {
        if (images)
            std::ranges::fill(executor.input(i), 1.0F);
        else
            probe.fill_random(i, fmt::format("denas/input/{}", i), executor.input(i));
    }
    const StepContext step{.seed = probe.settings().seed, .step = 0, .samples = {}};
    executor.forward(step);
    for (std::size_t i = 0; i < network.outputs().size(); ++i) std::ranges::fill(executor.output_gradient(i), 1.0F);
    executor.backward(step);
}

}  // namespace hpnas

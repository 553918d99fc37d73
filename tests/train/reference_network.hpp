#pragma once
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "hpnas/core/hash.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas::testing {

/// Whole networks in double precision, node by node through Operator::reference: the oracle of the executor.
class ReferenceNetwork {
public:
    ReferenceNetwork(const Network& original, std::int64_t n, ExecutionMode how, StepContext context)
        : network_(original), batch_(n), mode_(how), step_(context) {}

    /// Runs forward. `inputs`: batched values of the network's inputs.
    void forward(const Parameters& parameters, const std::vector<std::vector<double>>& inputs) {
        nodes_.assign(network_.nodes().size(), {});
        shapes_.assign(nodes_.size(), {});
        for (std::size_t i = 0; i < inputs.size(); ++i) at(network_.inputs()[i]).dst = inputs[i];
        for (NodeId id = 0; id < static_cast<NodeId>(nodes_.size()); ++id) {
            const Node& node = network_.node(id);
            if (node.op == nullptr) continue;
            ReferenceArgs& args = at(id);
            shapes_[static_cast<std::size_t>(id)] = network_.input_shapes(id);
            args.batch = batch_;
            args.mode = mode_;
            args.inputs = shapes_[static_cast<std::size_t>(id)];
            args.step = step_;
            args.stream = hash64(node.name);
            for (const NodeId input : node.inputs) args.src.push_back(at(input).dst);
            for (const ParameterSpec& spec : node.op->parameters(args.inputs)) {
                const auto values = parameters.values(*parameters.find(node.name + "." + spec.name));
                args.parameters.emplace_back(values.begin(), values.end());
            }
            node.op->reference(args);
        }
    }

    /// Gradients of sum(diff_output * output 0); afterwards gradient(id) and at(id).diff_parameters hold them.
    void backward(const std::vector<double>& diff_output) {
        gradients_.assign(nodes_.size(), {});
        gradients_[static_cast<std::size_t>(network_.outputs()[0])] = diff_output;
        for (NodeId id = static_cast<NodeId>(nodes_.size()) - 1; id >= 0; --id) {
            const Node& node = network_.node(id);
            if (node.op == nullptr || gradient(id).empty()) continue;
            ReferenceArgs& args = at(id);
            args.diff_dst = gradient(id);
            node.op->reference(args);
            for (std::size_t i = 0; i < node.inputs.size(); ++i) accumulate(node.inputs[i], args.diff_src[i]);
        }
    }

    ReferenceArgs& at(NodeId id) { return nodes_[static_cast<std::size_t>(id)]; }
    const std::vector<double>& gradient(NodeId id) const { return gradients_[static_cast<std::size_t>(id)]; }
    const std::vector<double>& output() { return at(network_.outputs()[0]).dst; }

private:
    const Network& network_;
    std::int64_t batch_;
    ExecutionMode mode_;
    StepContext step_;
    std::vector<ReferenceArgs> nodes_;

    void accumulate(NodeId id, const std::vector<double>& diff) {
        std::vector<double>& sum = gradients_[static_cast<std::size_t>(id)];
        sum.resize(diff.size(), 0);
        for (std::size_t i = 0; i < diff.size(); ++i) sum[i] += diff[i];
    }
    std::vector<std::vector<Shape>> shapes_;
    std::vector<std::vector<double>> gradients_;
};

/// `count` values in [-1, 1] that are exact in float.
inline std::vector<double> random_values(std::size_t count, std::uint64_t id) {
    Rng rng(2026, Purpose::test, id);
    std::vector<double> values(count);
    for (double& x : values) x = static_cast<double>(static_cast<float>(2 * rng.uniform() - 1));
    return values;
}

/// Initial values, then scales, shifts and running statistics away from their trivial start.
inline Parameters random_parameters(const Network& network, std::uint64_t id) {
    Parameters parameters(network);
    parameters.initialize(id);
    for (const Parameters::Entry& entry : parameters.entries()) {
        Rng rng(id, Purpose::test, hash64(entry.name));
        const bool positive =
            entry.spec.role == ParameterRole::scale || entry.spec.role == ParameterRole::running_variance;
        if (entry.spec.role == ParameterRole::weight || entry.spec.role == ParameterRole::bias) continue;
        for (float& x : parameters.values(entry)) x = static_cast<float>(rng.uniform() - 0.5 + (positive ? 1 : 0));
    }
    return parameters;
}

}  // namespace hpnas::testing

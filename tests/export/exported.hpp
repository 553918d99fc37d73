#pragma once
#include <string>
#include <utility>
#include <vector>

#include "export/onnx_proto.hpp"
#include "hpnas/export/onnx.hpp"

namespace hpnas::testing {

/// The model that to_onnx gives, read back.
inline onnx::ModelProto exported(const Network& network, const Parameters& parameters, const OnnxOptions& options) {
    onnx::ModelProto model;
    model.ParseFromString(to_onnx(network, parameters, options));
    return model;
}

/// A network of one operator, "node", that reads inputs "input0", ... .
inline Network single(const OperatorPtr& op, const std::vector<Shape>& inputs) {
    NetworkBuilder builder;
    std::vector<NodeId> ids;
    for (std::size_t i = 0; i < inputs.size(); ++i)
        ids.push_back(builder.input("input" + std::to_string(i), inputs[i]));
    const NodeId node = builder.add("node", op, ids);
    return std::move(builder).finish({node});
}

/// The same as an ONNX model, its parameters counting 0, 1, 2, ... each.
inline onnx::ModelProto exported(const OperatorPtr& op, const std::vector<Shape>& inputs, std::int64_t batch = 0) {
    const Network network = single(op, inputs);
    Parameters parameters(network);
    for (const Parameters::Entry& entry : parameters.entries()) {
        float next = 0;
        for (float& x : parameters.values(entry)) x = next++;
    }
    return exported(network, parameters, {.fold = false, .batch = batch});
}

/// Types of the nodes in order.
inline std::vector<std::string> node_types(const onnx::ModelProto& model) {
    std::vector<std::string> types;
    for (const onnx::NodeProto& node : model.graph().node()) types.push_back(node.op_type());
    return types;
}

/// Values of a float initialiser; empty if there is none of that name.
inline std::vector<float> initialiser(const onnx::ModelProto& model, const std::string& name) {
    for (const onnx::TensorProto& tensor : model.graph().initializer()) {
        if (tensor.name() != name) continue;
        std::vector<float> values(tensor.raw_data().size() / sizeof(float));
        tensor.raw_data().copy(reinterpret_cast<char*>(values.data()), tensor.raw_data().size());
        return values;
    }
    return {};
}

inline std::vector<std::int64_t> initialiser_sizes(const onnx::ModelProto& model, const std::string& name) {
    for (const onnx::TensorProto& tensor : model.graph().initializer())
        if (tensor.name() == name) return {tensor.dims().begin(), tensor.dims().end()};
    return {};
}

/// "batch", then the sizes of an input or output.
inline std::vector<std::string> sizes(const onnx::ValueInfoProto& value) {
    std::vector<std::string> result;
    for (const auto& dim : value.type().tensor_type().shape().dim())
        result.push_back(dim.has_dim_param() ? dim.dim_param() : std::to_string(dim.dim_value()));
    return result;
}

}  // namespace hpnas::testing

#include "graph_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

template <class T>
std::string bytes_of(std::span<const T> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

void set_attribute(onnx::AttributeProto& proto, const OnnxAttribute& attribute) {
    proto.set_name(attribute.first);
    if (const auto* integer = std::get_if<std::int64_t>(&attribute.second)) {
        proto.set_type(onnx::AttributeProto::INT);
        proto.set_i(*integer);
    } else if (const auto* number = std::get_if<float>(&attribute.second)) {
        proto.set_type(onnx::AttributeProto::FLOAT);
        proto.set_f(*number);
    } else if (const auto* text = std::get_if<std::string>(&attribute.second)) {
        proto.set_type(onnx::AttributeProto::STRING);
        proto.set_s(*text);
    } else {
        proto.set_type(onnx::AttributeProto::INTS);
        for (const std::int64_t value : std::get<std::vector<std::int64_t>>(attribute.second)) proto.add_ints(value);
    }
}

void fill(onnx::TensorProto& tensor, const std::string& name, std::int32_t type, std::span<const std::int64_t> sizes,
          std::string bytes) {
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const std::int64_t size : sizes) tensor.add_dims(size);
    tensor.set_raw_data(std::move(bytes));
}

}  // namespace

std::string GraphWriter::unique(const std::string& name) {
    std::string candidate = name;
    for (int i = 1; !names_.insert(candidate).second; ++i) candidate = fmt::format("{}_{}", name, i);
    return candidate;
}

void GraphWriter::describe(onnx::ValueInfoProto& info, const std::string& name, const OnnxValue& value) const {
    info.set_name(name);
    onnx::TypeProto::Tensor& tensor = *info.mutable_type()->mutable_tensor_type();
    tensor.set_elem_type(value.ids ? onnx::TensorProto::INT64 : onnx::TensorProto::FLOAT);
    onnx::TensorShapeProto& shape = *tensor.mutable_shape();
    if (batch_ > 0)
        shape.add_dim()->set_dim_value(batch_);
    else
        shape.add_dim()->set_dim_param("batch");
    const Shape& s = value.shape;
    const Shape sizes = value.channels_first ? Shape{s[2], s[0], s[1]} : s;
    for (const std::int64_t size : sizes) shape.add_dim()->set_dim_value(size);
}

OnnxValue GraphWriter::input(const std::string& name, const Shape& shape, bool ids, ImageLayout layout) {
    OnnxValue value{unique(name), shape, shape.rank() == 3 && layout == ImageLayout::nchw, ids};
    describe(*graph_.add_input(), value.name, value);
    return value;
}

void GraphWriter::output(const std::string& name, const OnnxValue& value, ImageLayout layout) {
    OnnxValue result = value;
    result.channels_first = value.shape.rank() == 3 && layout == ImageLayout::nchw;
    result.name = result.channels_first ? as_channels_first(value) : as_channels_last(value);
    const std::string given = unique(name);
    if (!rename(result.name, given)) {
        onnx::NodeProto& copy = *graph_.add_node();
        copy.set_op_type("Identity");
        copy.set_name(given + "/Identity");
        copy.add_input(result.name);
        copy.add_output(given);
    }
    describe(*graph_.add_output(), given, result);
}

/// False for graph inputs, initialisers and what is an output already.
bool GraphWriter::rename(const std::string& from, const std::string& to) {
    for (const onnx::ValueInfoProto& output : graph_.output())
        if (output.name() == from) return false;
    bool found = false;
    for (onnx::NodeProto& node : *graph_.mutable_node())
        for (std::string& output : *node.mutable_output())
            if (output == from) {
                output = to;
                found = true;
            }
    if (!found) return false;
    for (onnx::NodeProto& node : *graph_.mutable_node())
        for (std::string& input : *node.mutable_input())
            if (input == from) input = to;
    return true;
}

std::string GraphWriter::parameter(const std::string& name, std::span<const std::int64_t> sizes,
                                   std::span<const float> values) {
    const std::string full = unique(scope_ + "." + name);
    fill(*graph_.add_initializer(), full, onnx::TensorProto::FLOAT, sizes, bytes_of(values));
    return full;
}

std::string GraphWriter::shared(std::int32_t type, std::span<const std::int64_t> sizes, std::string bytes) {
    const std::string key = fmt::format("{}[{}]", type, fmt::join(sizes, ",")) + bytes;
    const auto found = shared_.find(key);
    if (found != shared_.end()) return found->second;
    const std::string name = unique(fmt::format("constant_{}", shared_.size()));
    fill(*graph_.add_initializer(), name, type, sizes, std::move(bytes));
    return shared_.emplace(key, name).first->second;
}

std::string GraphWriter::constant(std::span<const std::int64_t> sizes, std::span<const float> values) {
    return shared(onnx::TensorProto::FLOAT, sizes, bytes_of(values));
}

std::string GraphWriter::constant(std::span<const std::int64_t> sizes, std::span<const std::int64_t> values) {
    return shared(onnx::TensorProto::INT64, sizes, bytes_of(values));
}

std::string GraphWriter::scalar(float value) { return constant({}, std::span<const float>(&value, 1)); }

std::string GraphWriter::scalar(std::int64_t value) { return constant({}, std::span<const std::int64_t>(&value, 1)); }

std::string GraphWriter::list(std::span<const std::int64_t> values) {
    const auto size = static_cast<std::int64_t>(values.size());
    return constant(std::span<const std::int64_t>(&size, 1), values);
}

std::string GraphWriter::node(const std::string& type, std::vector<std::string> inputs,
                              std::vector<OnnxAttribute> attributes, int n_outputs) {
    onnx::NodeProto& node = *graph_.add_node();
    const std::string name = unique(scope_ + "/" + type);
    node.set_op_type(type);
    node.set_name(name);
    for (std::string& input : inputs) node.add_input(std::move(input));
    for (int i = 0; i < n_outputs; ++i) node.add_output(n_outputs == 1 ? name : unique(fmt::format("{}.{}", name, i)));
    for (const OnnxAttribute& attribute : attributes) set_attribute(*node.add_attribute(), attribute);
    return name;
}

std::string GraphWriter::transposed(const std::string& name, std::vector<std::int64_t> order) {
    std::string& known = transposed_[{name, order}];
    if (known.empty()) known = node("Transpose", {name}, {{"perm", order}});
    return known;
}

std::string GraphWriter::as_channels_first(const OnnxValue& value) {
    if (value.channels_first) return value.name;
    if (value.shape.rank() != 3)
        throw InternalError("onnx: '" + value.name + "' is no image: " + to_string(value.shape));
    return transposed(value.name, {0, 3, 1, 2});
}

std::string GraphWriter::as_channels_last(const OnnxValue& value) {
    return value.channels_first ? transposed(value.name, {0, 2, 3, 1}) : value.name;
}

}  // namespace hpnas

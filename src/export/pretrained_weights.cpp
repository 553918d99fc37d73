#include "hpnas/export/pretrained_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "attention_inputs.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/core/hash.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/op/conv2d.hpp"
#include "parameter_layout.hpp"
#include "weights_mistakes.hpp"

namespace hpnas {
namespace {

/// What a dimension of a parameter counts, "out": entry `index` of its layout.
std::string_view dimension(std::string_view layout, int index) {
    for (; index > 0; --index) layout.remove_prefix(layout.find(' ') + 1);
    return layout.substr(0, layout.find(' '));
}

/// Whether the first entries of a dimension mean in a smaller layer what they mean in a larger one.
bool may_shrink(const Node& node, std::string_view dimension) {
    const std::string_view type = node.op->type();
    if (type == "position_embedding") return true;
    if (const auto* conv = dynamic_cast<const Conv2d*>(node.op.get()))
        return conv->attributes().groups == 1 && dimension != "height" && dimension != "width";
    return (type == "linear" || type == "embedding" || type == "class_token" || type == "layer_norm") &&
           dimension != "width";
}

/// Copies the leading part, in every dimension, of a dense tensor.
/// @param source, target  sizes of `from` and of `to`, as many
void copy_leading(std::span<const float> from, std::span<const std::int64_t> source, std::span<float> to,
                  std::span<const std::int64_t> target) {
    if (target.size() <= 1) {
        std::copy_n(from.begin(), to.size(), to.begin());
        return;
    }
    const auto n = static_cast<std::size_t>(target[0]);
    const std::size_t from_row = from.size() / static_cast<std::size_t>(source[0]), to_row = to.size() / n;
    for (std::size_t i = 0; i < n; ++i)
        copy_leading(from.subspan(i * from_row, from_row), source.subspan(1), to.subspan(i * to_row, to_row),
                     target.subspan(1));
}

Shape shape_of(const h5::Dataset& dataset) {
    const std::vector<std::uint64_t> sizes = dataset.sizes();
    return Shape(std::vector<std::int64_t>(sizes.begin(), sizes.end()));
}

}  // namespace

PretrainedWeights::PretrainedWeights(std::string path) : path_(std::move(path)) {
    const h5::File file = open_weights_file(path_);
    const h5::Group layers = tensors_of(file);
    for (const std::string& layer : layers.names()) {
        if (!layers.is_group(layer)) continue;
        const h5::Group group = layers.group(layer);
        for (const std::string& name : group.names()) {
            const h5::Dataset dataset = group.dataset(name);
            Tensor tensor{shape_of(dataset), dataset.read<float>(), "", 0};
            if (dataset.has("layout")) tensor.layout = dataset.text("layout");
            if (dataset.has("heads")) tensor.heads = dataset.integer("heads");
            const auto role = name == "running_var" ? ParameterRole::running_variance : ParameterRole::weight;
            if (const std::string mistake = mistake_in_values(role, tensor.values); !mistake.empty())
                throw StoreError(fmt::format("{}: {}", dataset.where(), mistake), ExitCode::data);
            const std::string key = layer + "/" + name;
            hash_ = hash64(fmt::format("{} {}", key, to_string(tensor.shape)), hash_);
            hash_ = hash64(std::as_bytes(std::span(tensor.values)), hash_);
            tensors_.emplace(key, std::move(tensor));
        }
    }
    if (tensors_.empty()) throw StoreError(fmt::format("{}: holds no weights", path_), ExitCode::data);
    vocabulary_ = vocabulary_of(file);
}

WeightSlices::WeightSlices(const PretrainedWeights& weights, const Network& network) {
    const std::vector<AttentionInput> attention = attention_inputs(network);
    std::vector<std::string> wrong;
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        if (node.op == nullptr) continue;
        const AttentionInput& read = attention[static_cast<std::size_t>(id)];
        for (const ParameterSpec& spec : node.op->parameters(network.input_shapes(id))) {
            const std::string key = node.name + "/" + spec.name;
            const auto found = weights.tensors_.find(key);
            const PretrainedWeights::Tensor* from = found == weights.tensors_.end() ? nullptr : &found->second;
            if (starts_anew(network, id, spec, from))
                fresh_.push_back(node.name + "." + spec.name);
            else if (const std::string mistake = mistake_in(node, spec, read, from); !mistake.empty())
                wrong.push_back(fmt::format("{}: {}", key, mistake));
            else
                slices_.emplace(node.name + "." + spec.name, Slice{from, spec.shape, read.parts});
        }
    }
    throw_mistakes(fmt::format("{}: the network is no slice of these weights:", weights.path()), wrong);
}

bool WeightSlices::starts_anew(const Network& network, NodeId id, const ParameterSpec& spec, const Tensor* from) {
    const Node& node = network.node(id);
    if (!node.name.starts_with("head.")) return false;
    if (from == nullptr) return true;
    return node.op->type() == "linear" && std::ranges::find(network.outputs(), id) != network.outputs().end() &&
           from->shape.rank() > 0 && from->shape[0] != spec.shape[0];
}

std::string WeightSlices::mistake_in(const Node& node, const ParameterSpec& spec, const AttentionInput& read,
                                     const Tensor* from) {
    const Shape& shape = spec.shape;
    if (from == nullptr) return fmt::format("missing, expected at least {}", to_string(shape));
    const std::string layout = parameter_layout(node.op->type(), spec);
    if (!from->layout.empty() && from->layout != layout)
        return fmt::format("layout: expected '{}', got '{}'", layout, from->layout);
    bool fits = from->shape.rank() == shape.rank();
    for (int i = 0; fits && i < shape.rank(); ++i)
        fits = may_shrink(node, dimension(layout, i)) ? shape[i] <= from->shape[i] : shape[i] == from->shape[i];
    if (!fits || from->shape[0] % read.parts != 0)
        return fmt::format("{} is no slice of {}", to_string(shape), to_string(from->shape));
    if (read.heads > 0 && from->heads > 0) {
        const std::int64_t ours = shape[0] / read.parts / read.heads,
                           theirs = from->shape[0] / read.parts / from->heads;
        if (ours != theirs) return fmt::format("heads of {} channels are no slice of heads of {}", ours, theirs);
    }
    return {};
}

void WeightSlices::copy_to(Parameters& to) const {
    for (const Parameters::Entry& entry : to.entries()) {
        const auto found = slices_.find(entry.name);
        if (found == slices_.end()) continue;
        const Slice& slice = found->second;
        if (slice.shape != entry.spec.shape)
            throw InternalError(fmt::format("{}: {} in this network, {} in the one that was sliced", entry.name,
                                            to_string(entry.spec.shape), to_string(slice.shape)));
        const std::span<const float> from = slice.from->values;
        const std::span<float> values = to.values(entry);
        const auto parts = static_cast<std::size_t>(slice.parts);
        Shape source = slice.from->shape, target = slice.shape;
        if (source.rank() > 0) source[0] /= slice.parts, target[0] /= slice.parts;
        for (std::size_t i = 0; i < parts; ++i)
            copy_leading(from.subspan(i * from.size() / parts, from.size() / parts), {source.begin(), source.end()},
                         values.subspan(i * values.size() / parts, values.size() / parts),
                         {target.begin(), target.end()});
    }
}

std::string summary(const PretrainedWeights& weights, const WeightSlices& slices) {
    return fmt::format("pretrained weights of {}: {} of {} tensors taken; new: {}", weights.path(), slices.size(),
                       weights.size(),
                       slices.fresh().empty() ? "none" : fmt::format("{}", fmt::join(slices.fresh(), ", ")));
}

}  // namespace hpnas

#include "hpnas/score/flow.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "hpnas/core/hash.hpp"
#include "hpnas/op/attention.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/scaled_tensor.hpp"

namespace hpnas {
namespace {

enum class Kind : std::uint8_t { source, pass_on, layer, add, concat, attention, other };

Kind kind_of(const Node& node) {
    constexpr std::array<std::string_view, 17> passed{
        "batch_norm",     "layer_norm",     "relu",     "relu6",          "leaky_relu",         "swish",
        "sigmoid",        "tanh",           "gelu",     "dropout",        "drop_path",          "identity",
        "squeeze_excite", "scale_channels", "multiply", "fourier_mixing", "dynamic_convolution"};
    if (node.op == nullptr) return Kind::source;
    const std::string_view type = node.op->type();
    if (type == "embedding" || type == "token_mask") return Kind::source;
    if (type == "conv2d" || type == "linear" || type == "token_convolution") return Kind::layer;
    if (type == "add") return Kind::add;
    if (type == "concat") return Kind::concat;
    if (type == "attention") return Kind::attention;
    return std::ranges::find(passed, type) != passed.end() ? Kind::pass_on : Kind::other;
}

std::size_t at(NodeId id) { return static_cast<std::size_t>(id); }

/// dst[l] of every head: mean of the values v[s], s < S (s <= l if causal). Row s of src ends with v.
struct EvenAttention {
    std::int64_t rows, keys, width, src_width;  // L, S, H * D, floats of a row that ends with v
    bool causal;

    EvenAttention(const Attention& op, std::span<const Shape> inputs)
        : rows(inputs[0][0]),
          keys(inputs[op.attributes().memory ? 1 : 0][0]),
          width(inputs[0][1] / (op.attributes().memory ? 1 : 3)),
          src_width(inputs[op.attributes().memory ? 1 : 0][1]),
          causal(op.attributes().causal) {}

    std::int64_t seen(std::int64_t row) const { return causal ? std::min(row + 1, keys) : keys; }
    void forward(const float* src, float* dst) const {
        std::vector<double> sum(static_cast<std::size_t>(width), 0.0);
        std::int64_t summed = 0;
        for (std::int64_t row = 0; row < rows; ++row) {
            for (; summed < seen(row); ++summed)
                for (std::int64_t c = 0; c < width; ++c)
                    sum[static_cast<std::size_t>(c)] += src[(summed + 1) * src_width - width + c];
            for (std::int64_t c = 0; c < width; ++c)
                dst[row * width + c] =
                    static_cast<float>(sum[static_cast<std::size_t>(c)] / static_cast<double>(seen(row)));
        }
    }
    /// diff_src is zero before.
    void backward(const float* diff_dst, float* diff_src) const {
        for (std::int64_t c = 0; c < width; ++c) {
            double sum = 0;  // over the rows that see key s
            std::int64_t row = rows - 1;
            for (std::int64_t s = keys - 1; s >= 0; --s) {
                for (; row >= 0 && seen(row) > s; --row)
                    sum += diff_dst[row * width + c] / static_cast<double>(seen(row));
                diff_src[(s + 1) * src_width - width + c] = static_cast<float>(sum);
            }
        }
    }
};

/// One node's kernel with the memory that it needs.
struct Compiled {
    std::unique_ptr<OperatorKernel> kernel;
    FloatBuffer saved;
    std::vector<FloatBuffer> copies;  // of parameters that are not read as they are
    std::vector<float*> parameters;   // biases of layers are zero; of `other` nodes: at the scale of their input
};

/// Both walks through a network.
class Walk {
public:
    Walk(ScoreProbe& probe, FlowWeights weights)
        : device_(probe.device()), network_(probe.network()), parameters_(network_), n_(network_.nodes().size()) {
        if (weights == FlowWeights::normal) {
            draw_normal_weights(probe, WeightScale::unit, "flow", network_, parameters_);
        } else {
            parameters_ = initial_parameters(probe, network_);
        }
        for (float& value : parameters_.all()) value = std::abs(value);
        values_.resize(n_), gradients_.resize(n_), linear_parts_.resize(n_), compiled_.resize(n_), flows_.resize(n_);
        same_as_.resize(n_);
        std::iota(same_as_.begin(), same_as_.end(), 0);
    }

    std::vector<Flow::Layer> run() && {
        for (NodeId id = 0; at(id) < n_; ++id) forward(id);
        for (const NodeId id : network_.outputs()) receive(id, ScaledTensor(count(id), 1.0F));
        for (auto id = static_cast<NodeId>(n_) - 1; id >= 0; --id)
            if (gradients_[at(id)]) backward(id);
        return std::move(layers_);
    }

private:
    std::size_t count(NodeId id) const { return static_cast<std::size_t>(network_.node(id).shape.count()); }
    const std::vector<NodeId>& inputs(NodeId id) const { return network_.node(id).inputs; }
    const ScaledTensor& value(NodeId id) const { return values_[at(same_as_[at(id)])]; }
    /// The gradient of a value is wanted if a layer lies behind it.
    bool flows(NodeId id) const { return flows_[at(same_as_[at(id)])]; }

    void forward(NodeId id) {
        const Node& node = network_.node(id);
        const Kind kind = kind_of(node);
        if (kind == Kind::source) {
            values_[at(id)] = ScaledTensor(count(id), 1.0F);
            return;
        }
        if (kind == Kind::pass_on) {
            same_as_[at(id)] = same_as_[at(node.inputs[0])];
            return;
        }
        flows_[at(id)] = kind == Kind::layer || std::ranges::any_of(node.inputs, [&](NodeId i) { return flows(i); });
        ScaledTensor& dst = values_[at(id)];
        switch (kind) {
            case Kind::add:
                dst = value(node.inputs[0]);
                dst.add(value(node.inputs[1]));
                break;
            case Kind::concat:
                concatenate(id);
                break;
            case Kind::attention:
                average(id);
                break;
            default:
                run_kernel(id, kind == Kind::layer);
        }
        // A pooling's backward call compares its output with its input, so `other` nodes keep the input's scale.
        if (kind != Kind::other) dst.normalize();
        if (kind == Kind::layer) add_bias(id);
    }

    void run_kernel(NodeId id, bool layer) {
        const Node& node = network_.node(id);
        const std::vector<Shape> shapes = network_.input_shapes(id);
        Compiled& own = compiled_[at(id)];
        own.kernel = node.op->compile(
            {device_.engine, 1, shapes, ExecutionMode::evaluation, flows(inputs(id)[0]), hash64(node.name)});
        const OperatorKernel::Memory memory = own.kernel->memory();
        own.saved.resize(memory.saved_bytes / sizeof(float) + 1);
        workspace_.resize(std::max(workspace_.size(), memory.workspace_bytes / sizeof(float) + 1));
        const int scale = value(node.inputs[0]).exponent;
        for (const ParameterSpec& spec : node.op->parameters(shapes)) {
            const std::span<float> values = parameters_.values(*parameters_.find(node.name + "." + spec.name));
            own.parameters.push_back(values.data());
            if (layer && spec.role != ParameterRole::bias) continue;
            own.copies.push_back(layer ? FloatBuffer(values.size(), 0.0F)
                                       : scaled_down(values, scale));  // see add_bias
            own.parameters.back() = own.copies.back().data();
        }
        std::vector<ScaledTensor> aligned;
        const std::vector<const float*> src = sources(id, scale, aligned);
        values_[at(id)] = ScaledTensor(count(id));
        values_[at(id)].exponent = scale;
        own.kernel->forward({src, own.parameters, values_[at(id)].data.data(), bytes(own.saved), bytes(workspace_)},
                            {});
    }

    static std::byte* bytes(FloatBuffer& buffer) { return reinterpret_cast<std::byte*>(buffer.data()); }

    /// Pointers to a node's inputs at one exponent; copies of those that have another one are kept in `aligned`.
    std::vector<const float*> sources(NodeId id, int exponent, std::vector<ScaledTensor>& aligned) const {
        std::vector<const float*> result;
        aligned.reserve(inputs(id).size());
        for (const NodeId input : inputs(id)) {
            const ScaledTensor& own = value(input);
            if (own.exponent == exponent) {
                result.push_back(own.data.data());
                continue;
            }
            aligned.emplace_back(0).data = scaled_down(own.data, exponent - own.exponent);
            result.push_back(aligned.back().data.data());
        }
        return result;
    }

    /// The output without the bias is kept apart: the scalar product needs it.
    void add_bias(NodeId id) {
        const Parameters::Entry* bias = parameters_.find(network_.node(id).name + ".bias");
        if (bias == nullptr) return;
        const std::span<const float> row = std::as_const(parameters_).values(*bias);
        ScaledTensor added(count(id));
        for (std::size_t i = 0; i < added.data.size(); ++i) added.data[i] = row[i % row.size()];
        linear_parts_[at(id)] = values_[at(id)];
        values_[at(id)].add(added);
        values_[at(id)].normalize();
    }

    void concatenate(NodeId id) {
        ScaledTensor& dst = values_[at(id)];
        dst = ScaledTensor(count(id));
        dst.exponent = value(inputs(id)[0]).exponent;
        for (const NodeId input : inputs(id)) dst.exponent = std::max(dst.exponent, value(input).exponent);
        for_parts(id, [&](NodeId input, std::size_t from, std::size_t to, std::size_t n) {
            const ScaledTensor& src = value(input);
            const float factor = std::ldexp(1.0F, src.exponent - dst.exponent);
            for (std::size_t i = 0; i < n; ++i) dst.data[to + i] = src.data[from + i] * factor;
        });
    }

    /// Calls f(input, offset in the input, offset in the output, count) for every row of every input of a concat.
    template <class F>
    void for_parts(NodeId id, const F& f) const {
        const auto width = static_cast<std::size_t>(network_.node(id).shape.channels());
        const std::size_t rows = count(id) / width;
        std::size_t offset = 0;
        for (const NodeId input : inputs(id)) {
            const auto part = static_cast<std::size_t>(network_.node(input).shape.channels());
            for (std::size_t row = 0; row < rows; ++row) f(input, row * part, row * width + offset, part);
            offset += part;
        }
    }

    const Attention& attention(NodeId id) const { return dynamic_cast<const Attention&>(*network_.node(id).op); }
    NodeId attended(NodeId id) const { return inputs(id)[attention(id).attributes().memory ? 1 : 0]; }

    void average(NodeId id) {
        const std::vector<Shape> shapes = network_.input_shapes(id);
        const ScaledTensor& src = value(attended(id));
        values_[at(id)] = ScaledTensor(count(id));
        values_[at(id)].exponent = src.exponent;
        EvenAttention(attention(id), shapes).forward(src.data.data(), values_[at(id)].data.data());
    }

    void receive(NodeId id, ScaledTensor gradient) {
        std::optional<ScaledTensor>& total = gradients_[at(same_as_[at(id)])];
        if (!total) {
            total = std::move(gradient);
        } else {
            total->add(gradient);
        }
    }

    void backward(NodeId id) {
        const Node& node = network_.node(id);
        ScaledTensor diff = *std::exchange(gradients_[at(id)], std::nullopt);
        diff.normalize();
        switch (kind_of(node)) {
            case Kind::source:
            case Kind::pass_on:
                return;
            case Kind::add:
                for (const NodeId input : node.inputs)
                    if (flows(input)) receive(input, diff);
                return;
            case Kind::concat:
                split(id, diff);
                return;
            case Kind::attention: {
                const std::vector<Shape> shapes = network_.input_shapes(id);
                ScaledTensor diff_src(count(attended(id)));
                diff_src.exponent = diff.exponent;
                EvenAttention(attention(id), shapes).backward(diff.data.data(), diff_src.data.data());
                receive(attended(id), std::move(diff_src));
                return;
            }
            case Kind::layer:
                note(id, diff);
                break;
            case Kind::other:
                break;
        }
        if (std::ranges::any_of(node.inputs, [&](NodeId i) { return flows(i); })) run_backward(id, diff);
    }

    void note(NodeId id, const ScaledTensor& diff) {
        const std::optional<ScaledTensor>& linear_part = linear_parts_[at(id)];
        layers_.push_back(
            {id, network_.node(id).shape.channels(), log_product(linear_part ? *linear_part : values_[at(id)], diff)});
    }

    void split(NodeId id, const ScaledTensor& diff) {
        for (std::size_t i = 0; i < inputs(id).size(); ++i) {
            ScaledTensor part(count(inputs(id)[i]));
            part.exponent = diff.exponent;
            std::size_t seen = 0;  // an input may be there twice: only its i-th place counts
            const auto rows = count(id) / static_cast<std::size_t>(network_.node(id).shape.channels());
            for_parts(id, [&](NodeId, std::size_t to, std::size_t from, std::size_t n) {
                if (seen++ / rows == i)
                    std::copy_n(diff.data.begin() + static_cast<std::ptrdiff_t>(from), n,
                                part.data.begin() + static_cast<std::ptrdiff_t>(to));
            });
            if (flows(inputs(id)[i])) receive(inputs(id)[i], std::move(part));
        }
    }

    void run_backward(NodeId id, const ScaledTensor& diff) {
        Compiled& own = compiled_[at(id)];
        const bool layer = kind_of(network_.node(id)) == Kind::layer;
        std::vector<ScaledTensor> aligned;
        const std::vector<const float*> src = sources(id, value(inputs(id)[0]).exponent, aligned);
        std::vector<ScaledTensor> diff_src;
        std::vector<float*> diff_src_pointers, diff_parameters;
        for (const NodeId input : inputs(id)) diff_src.emplace_back(count(input)).exponent = diff.exponent;
        for (ScaledTensor& one : diff_src) diff_src_pointers.push_back(one.data.data());
        std::vector<FloatBuffer> unwanted;  // gradients of tables that an `other` node writes
        for (std::size_t i = 0; i < own.parameters.size(); ++i) {
            unwanted.emplace_back(layer ? 0 : own.copies[i].size());
            diff_parameters.push_back(layer ? nullptr : unwanted.back().data());
        }
        if (own.kernel->memory().passes_gradient) {
            for (ScaledTensor& one : diff_src) one.data = diff.data;
        } else {
            own.kernel->backward({src, values_[at(id)].data.data(), diff.data.data(), own.parameters, diff_src_pointers,
                                  diff_parameters, bytes(own.saved), bytes(workspace_)},
                                 {});
        }
        for (std::size_t i = 0; i < diff_src.size(); ++i)
            if (flows(inputs(id)[i])) receive(inputs(id)[i], std::move(diff_src[i]));
    }

    const Device& device_;
    const Network& network_;
    Parameters parameters_;  // absolute values
    FloatBuffer workspace_;  // of one call
    std::size_t n_;
    std::vector<NodeId> same_as_;  // the node that computed what this one passes on
    std::vector<ScaledTensor> values_;
    std::vector<std::optional<ScaledTensor>> gradients_, linear_parts_;
    std::vector<Compiled> compiled_;
    std::vector<bool> flows_;
    std::vector<Flow::Layer> layers_;
};

}  // namespace

double log_sum(std::span<const double> logs) {
    double most = -std::numeric_limits<double>::infinity();
    for (const double x : logs) most = std::max(most, x);
    if (!std::isfinite(most)) return most;
    double sum = 0;
    for (const double x : logs) sum += std::exp(x - most);
    return most + std::log(sum);
}

Flow::Flow(ScoreProbe& probe, FlowWeights weights) : layers_(Walk(probe, weights).run()) {}

}  // namespace hpnas

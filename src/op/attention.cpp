#include "hpnas/op/attention.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/kernel/attention.hpp"
#include "hpnas/kernel/reference_sequence.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

namespace reference = kernel::reference;

constexpr std::string_view name = "attention";

kernel::AttentionShape kernel_shape(const AttentionAttributes& a, std::int64_t batch, std::span<const Shape> inputs) {
    kernel::AttentionShape shape;
    shape.batch = batch;
    shape.heads = a.heads;
    shape.queries = inputs[0][0];
    shape.keys = a.memory ? inputs[1][0] : inputs[0][0];
    shape.dim = inputs[0][1] / (a.memory ? 1 : 3) / a.heads;
    shape.joint = !a.memory;
    shape.causal = a.causal;
    shape.mask = a.mask;
    shape.max_distance = a.max_distance;
    return shape;
}

class AttentionKernel final : public OperatorKernel {
public:
    AttentionKernel(const AttentionAttributes& a, const kernel::AttentionShape& shape)
        : memory_(a.memory), mask_(a.mask), attention_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        attention_.forward(input(args.src, args.parameters), args.dst, reinterpret_cast<float*>(args.saved),
                           args.workspace);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::AttentionGradients gradients;
        gradients.src = args.diff_src[0];
        gradients.memory = memory_ ? args.diff_src[1] : nullptr;
        std::copy(args.diff_parameters.begin(), args.diff_parameters.end(), gradients.tables.begin());
        attention_.backward(input(args.src, args.parameters), reinterpret_cast<const float*>(args.saved), args.diff_dst,
                            gradients, args.workspace);
        const kernel::AttentionShape& shape = attention_.shape();
        if (mask_) std::fill_n(args.diff_src.back(), shape.batch * shape.keys, 0.0F);
    }
    Memory memory() const noexcept override {
        return {.saved_bytes = attention_.saved_bytes(),
                .workspace_bytes = attention_.workspace_bytes(),
                .needs_diff_src = true};
    }
    std::string implementation() const override { return "own:attention"; }

private:
    kernel::AttentionInput input(std::span<const float* const> src, std::span<float* const> parameters) const {
        kernel::AttentionInput result;
        result.src = src[0];
        result.memory = memory_ ? src[1] : nullptr;
        result.mask = mask_ ? src.back() : nullptr;
        std::copy(parameters.begin(), parameters.end(), result.tables.begin());
        return result;
    }

    bool memory_, mask_;
    kernel::Attention attention_;
};

void expect_matrix(std::size_t index, const Shape& src, std::int64_t multiple, std::string_view form) {
    if (src.rank() == 2 && src.count() > 0 && src[1] % multiple == 0) return;
    throw ShapeError(fmt::format("{}: src[{}]: expected {} with {} dividing the last dimension, got {}", name, index,
                                 form, multiple, to_string(src)));
}

}  // namespace

void AttentionAttributes::visit(OptionVisitor& v) {
    v.integer({"heads", "attention heads", 1, 1 << 16}, heads);
    v.boolean({"causal", "a query sees keys up to its own position only"}, causal);
    v.boolean({"mask", "one more input: which keys may be seen"}, mask);
    v.integer({"max_distance", "where relative positions are clipped; 0: none", 0, 1 << 16}, max_distance);
    v.boolean({"memory", "keys and values come from a second input"}, memory);
}

Attention::Attention(AttentionAttributes attributes) : attributes_(attributes) {
    expect_range(name, "heads", static_cast<double>(attributes_.heads), 1, 1 << 16);
    expect_range(name, "max_distance", static_cast<double>(attributes_.max_distance), 0, 1 << 16);
}

Shape Attention::output_shape(std::span<const Shape> inputs) const {
    const AttentionAttributes& a = attributes_;
    const std::size_t tensors = a.memory ? 2 : 1;
    expect_inputs(name, inputs, tensors + (a.mask ? 1 : 0));
    expect_matrix(0, inputs[0], (a.memory ? 1 : 3) * a.heads, a.memory ? "[L, H * D]" : "[L, 3 * H * D]");
    const std::int64_t width = inputs[0][1] / (a.memory ? 1 : 3);
    if (a.memory) {
        expect_matrix(1, inputs[1], 2 * a.heads, "[S, 2 * H * D]");
        expect_shape(name, 1, inputs[1], {inputs[1][0], 2 * width});
    }
    const std::int64_t keys = inputs[tensors - 1][0];
    if (a.mask) expect_shape(name, tensors, inputs[tensors], {keys});
    if (a.max_distance > 0 && keys != inputs[0][0]) {
        throw ShapeError(
            fmt::format("{}: max_distance: expected as many keys as queries, got {} and {}", name, keys, inputs[0][0]));
    }
    return {inputs[0][0], width};
}

std::vector<ParameterSpec> Attention::parameters(std::span<const Shape> inputs) const {
    if (attributes_.max_distance == 0) return {};
    const kernel::AttentionShape sizes = kernel_shape(attributes_, 1, inputs);
    const Shape table{sizes.table_rows(), sizes.dim};
    const Initializer normal{Initializer::Kind::normal, 0, 0.02};
    std::vector<ParameterSpec> specs;
    for (const char* label : {"key_vertical", "key_horizontal", "value_vertical", "value_horizontal"}) {
        specs.push_back({label, table, ParameterRole::weight, normal});
    }
    return specs;
}

std::int64_t Attention::macs(std::span<const Shape> inputs) const {
    const kernel::AttentionShape s = kernel_shape(attributes_, 1, inputs);
    return 2 * s.queries * (s.keys + 2 * s.table_rows()) * s.heads * s.dim;
}

std::unique_ptr<OperatorKernel> Attention::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    kernel::AttentionShape shape = kernel_shape(attributes_, args.batch, args.inputs);
    shape.training = args.mode != ExecutionMode::inference;
    return std::make_unique<AttentionKernel>(attributes_, shape);
}

void Attention::reference(ReferenceArgs& args) const {
    const kernel::AttentionShape shape = kernel_shape(attributes_, args.batch, args.inputs);
    reference::AttentionValues input;
    input.src = args.src[0];
    if (attributes_.memory) input.memory = args.src[1];
    if (attributes_.mask) input.mask = args.src.back();
    std::copy(args.parameters.begin(), args.parameters.end(), input.tables.begin());
    args.dst = reference::attention_forward(shape, input);
    if (args.diff_dst.empty()) return;
    reference::AttentionValues diff = reference::attention_backward(shape, input, args.diff_dst);
    args.diff_src = {std::move(diff.src)};
    if (attributes_.memory) args.diff_src.push_back(std::move(diff.memory));
    if (attributes_.mask) args.diff_src.emplace_back(input.mask.size(), 0.0);
    if (attributes_.max_distance > 0) args.diff_parameters.assign(diff.tables.begin(), diff.tables.end());
}

void Attention::visit_attributes(OptionVisitor& v) const { AttentionAttributes(attributes_).visit(v); }

OperatorPtr make_attention(AttentionAttributes attributes) { return std::make_shared<Attention>(attributes); }

}  // namespace hpnas

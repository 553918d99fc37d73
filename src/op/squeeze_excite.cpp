#include "hpnas/op/squeeze_excite.hpp"

#include <cmath>

#include "hpnas/kernel/squeeze_excite.hpp"
#include "hpnas/op/check.hpp"
#include "reference_activation.hpp"

namespace hpnas {
namespace {

constexpr std::string_view name = "squeeze_excite";

class SqueezeExciteKernel final : public OperatorKernel {
public:
    SqueezeExciteKernel(const SqueezeExciteAttributes& a, const CompileArgs& args)
        : inference_(args.mode == ExecutionMode::inference),
          kernel_({args.batch, args.inputs[0][0], args.inputs[0][1], args.inputs[0][2], a.reduced, a.activation}) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        auto* saved = reinterpret_cast<float*>(inference_ ? args.workspace : args.saved);
        kernel_.forward(args.src[0], weights(args.parameters), args.dst, saved);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::SqueezeExciteBackward call;
        call.src = args.src[0];
        call.diff_dst = args.diff_dst;
        call.saved = reinterpret_cast<const float*>(args.saved);
        call.diff_src = args.diff_src[0];
        call.gradients = {args.diff_parameters[0], args.diff_parameters[1], args.diff_parameters[2],
                          args.diff_parameters[3]};
        kernel_.backward(call, weights(args.parameters), args.workspace);
    }
    Memory memory() const noexcept override {
        const auto kept = static_cast<std::size_t>(kernel_.saved_count()) * sizeof(float);
        return {.saved_bytes = inference_ ? 0 : kept,
                .workspace_bytes = inference_ ? kept : kernel_.workspace_bytes(),
                .in_place = inference_ ? 0 : -1,
                .diff_in_place = 0,
                .needs_diff_src = true};
    }
    std::string implementation() const override { return "own:squeeze_excite"; }

private:
    static kernel::SqueezeExciteWeights weights(std::span<float* const> p) { return {p[0], p[1], p[2], p[3]}; }

    bool inference_;
    kernel::SqueezeExcite kernel_;
};

/// Intermediate values of one sample: mean [C], hidden sum [r], gate [C].
struct Sample {
    std::vector<double> mean, sum, hidden, gate;
};

/// rows [out, in] times x [in] plus bias [out].
std::vector<double> affine(const std::vector<double>& rows, const std::vector<double>& bias,
                           const std::vector<double>& x) {
    std::vector<double> y = bias;
    for (std::size_t i = 0; i < rows.size(); ++i) y[i / x.size()] += rows[i] * x[i % x.size()];
    return y;
}

/// Gradients of affine: accumulates those of rows and bias, returns that of x.
std::vector<double> affine_gradient(const std::vector<double>& rows, const std::vector<double>& x,
                                    const std::vector<double>& diff, std::vector<double>& diff_rows,
                                    std::vector<double>& diff_bias) {
    std::vector<double> diff_x(x.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        diff_rows[i] += diff[i / x.size()] * x[i % x.size()];
        diff_x[i % x.size()] += diff[i / x.size()] * rows[i];
    }
    for (std::size_t o = 0; o < diff.size(); ++o) diff_bias[o] += diff[o];
    return diff_x;
}

Sample forward_sample(Activation activation, const ReferenceArgs& args, std::size_t first, std::size_t count) {
    const auto channels = static_cast<std::size_t>(args.inputs[0][2]);
    Sample s;
    s.mean.assign(channels, 0);
    for (std::size_t i = 0; i < count; ++i) {
        s.mean[i % channels] += args.src[0][first + i] * static_cast<double>(channels) / static_cast<double>(count);
    }
    s.sum = affine(args.parameters[0], args.parameters[1], s.mean);
    s.hidden = reference_activation(activation, s.sum);
    s.gate = reference_activation(Activation::sigmoid, affine(args.parameters[2], args.parameters[3], s.hidden));
    return s;
}

void backward_sample(Activation activation, ReferenceArgs& args, const Sample& s, std::size_t first,
                     std::size_t count) {
    const std::size_t channels = s.mean.size();
    std::vector<double> diff_gate(channels);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t c = i % channels;
        diff_gate[c] += args.diff_dst[first + i] * args.src[0][first + i] * s.gate[c] * (1 - s.gate[c]);
    }
    const auto diff_hidden =
        affine_gradient(args.parameters[2], s.hidden, diff_gate, args.diff_parameters[2], args.diff_parameters[3]);
    const auto diff_sum = reference_activation_gradient(activation, s.sum, diff_hidden);
    const auto diff_mean =
        affine_gradient(args.parameters[0], s.mean, diff_sum, args.diff_parameters[0], args.diff_parameters[1]);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t c = i % channels;
        args.diff_src[0][first + i] = args.diff_dst[first + i] * s.gate[c] +
                                      diff_mean[c] * static_cast<double>(channels) / static_cast<double>(count);
    }
}

}  // namespace

void SqueezeExciteAttributes::visit(OptionVisitor& v) {
    v.integer({"reduced", "width of the hidden vector", 1, 1 << 24, true}, reduced);
    visit_activation(v, activation);
}

SqueezeExcite::SqueezeExcite(SqueezeExciteAttributes attributes) : attributes_(attributes) {
    expect_range(name, "reduced", static_cast<double>(attributes_.reduced), 1, 1 << 24);
    if (attributes_.activation != Activation::relu && attributes_.activation != Activation::swish) {
        throw ShapeError("squeeze_excite: activation: expected relu or swish, got " +
                         std::string(to_string(attributes_.activation)));
    }
}

Shape SqueezeExcite::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(name, inputs, 1);
    expect_image(name, inputs[0]);
    return inputs[0];
}

std::vector<ParameterSpec> SqueezeExcite::parameters(std::span<const Shape> inputs) const {
    const std::int64_t c = inputs[0].channels();
    const std::int64_t r = attributes_.reduced;
    const auto uniform = [](std::int64_t fan_in) {
        const double bound = 1 / std::sqrt(static_cast<double>(fan_in));
        return Initializer{Initializer::Kind::uniform, -bound, bound};
    };
    return {{"reduce.weight", {r, c}, ParameterRole::weight, uniform(c)},
            {"reduce.bias", {r}, ParameterRole::bias, uniform(c)},
            {"expand.weight", {c, r}, ParameterRole::weight, uniform(r)},
            {"expand.bias", {c}, ParameterRole::bias, uniform(r)}};
}

std::int64_t SqueezeExcite::macs(std::span<const Shape> inputs) const {
    return 2 * inputs[0].channels() * attributes_.reduced;
}

std::unique_ptr<OperatorKernel> SqueezeExcite::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<SqueezeExciteKernel>(attributes_, args);
}

void SqueezeExcite::reference(ReferenceArgs& args) const {
    const auto count = static_cast<std::size_t>(args.inputs[0].count());
    const auto channels = static_cast<std::size_t>(args.inputs[0][2]);
    args.dst.assign(args.src[0].size(), 0);
    if (!args.diff_dst.empty()) {
        args.diff_src.assign(1, std::vector<double>(args.src[0].size()));
        args.diff_parameters.clear();
        for (const auto& p : args.parameters) args.diff_parameters.emplace_back(p.size());
    }
    for (std::size_t first = 0; first < args.src[0].size(); first += count) {
        const Sample s = forward_sample(attributes_.activation, args, first, count);
        for (std::size_t i = 0; i < count; ++i) args.dst[first + i] = args.src[0][first + i] * s.gate[i % channels];
        if (!args.diff_dst.empty()) backward_sample(attributes_.activation, args, s, first, count);
    }
}

void SqueezeExcite::visit_attributes(OptionVisitor& v) const { SqueezeExciteAttributes(attributes_).visit(v); }

OperatorPtr make_squeeze_excite(SqueezeExciteAttributes attributes) {
    return std::make_shared<SqueezeExcite>(attributes);
}

}  // namespace hpnas

#include "hpnas/op/linear.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/kernel/linear.hpp"
#include "hpnas/op/check.hpp"
#include "reference_activation.hpp"

namespace hpnas {
namespace {

constexpr std::string_view name = "linear";

kernel::LinearShape kernel_shape(const LinearAttributes& a, const CompileArgs& args) {
    const std::int64_t channels = args.inputs[0].channels();
    return {args.batch * args.inputs[0].count() / channels, channels, a.out, a.bias, a.activation,
            args.mode != ExecutionMode::inference};
}

class LinearKernel final : public OperatorKernel {
public:
    LinearKernel(const LinearAttributes& a, const CompileArgs& args)
        : bias_(a.bias), linear_(args.engine, kernel_shape(a, args)) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        linear_.forward(args.src[0], args.parameters[0], bias_ ? args.parameters[1] : nullptr, args.dst,
                        args.workspace);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        linear_.backward_weights(args.src[0], args.diff_dst, args.diff_parameters[0],
                                 bias_ ? args.diff_parameters[1] : nullptr, args.workspace);
        if (args.diff_src[0] != nullptr) {
            linear_.backward_data(args.diff_dst, args.parameters[0], args.diff_src[0], args.workspace);
        }
    }
    Memory memory() const noexcept override { return {.workspace_bytes = linear_.workspace_bytes()}; }
    std::string implementation() const override { return linear_.implementation(); }

private:
    bool bias_;
    kernel::Linear linear_;
};

/// Sizes of the reference's loops.
struct Sizes {
    std::size_t rows, in, out;
};

void accumulate_gradients(ReferenceArgs& args, const std::vector<double>& diff, const Sizes& s) {
    args.diff_src.assign(1, std::vector<double>(s.rows * s.in));
    args.diff_parameters.assign(1, std::vector<double>(s.out * s.in));
    for (std::size_t i = 0; i < s.rows * s.out; ++i) {
        for (std::size_t c = 0; c < s.in; ++c) {
            const std::size_t weight = i % s.out * s.in + c;
            const std::size_t src = i / s.out * s.in + c;
            args.diff_src[0][src] += diff[i] * args.parameters[0][weight];
            args.diff_parameters[0][weight] += diff[i] * args.src[0][src];
        }
    }
}

}  // namespace

void LinearAttributes::visit(OptionVisitor& v) {
    v.integer({"out", "output features", 1, 1 << 24, true}, out);
    v.boolean({"bias", "add a learned value per output feature"}, bias);
    visit_activation(v, activation);
}

Linear::Linear(LinearAttributes attributes) : attributes_(attributes) {
    expect_range(name, "out", static_cast<double>(attributes_.out), 1, 1 << 24);
}

Shape Linear::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(name, inputs, 1);
    Shape dst = inputs[0];
    if (dst.rank() == 0 || dst.count() <= 0) {
        throw ShapeError(fmt::format("{}: src[0]: expected [..., C] with C >= 1, got {}", name, to_string(dst)));
    }
    dst[dst.rank() - 1] = attributes_.out;
    return dst;
}

std::vector<ParameterSpec> Linear::parameters(std::span<const Shape> inputs) const {
    const std::int64_t in = inputs[0].channels();
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    const Initializer uniform{Initializer::Kind::uniform, -bound, bound};
    std::vector<ParameterSpec> specs{{"weight", {attributes_.out, in}, ParameterRole::weight, uniform}};
    if (attributes_.bias) specs.push_back({"bias", {attributes_.out}, ParameterRole::bias, uniform});
    return specs;
}

std::int64_t Linear::macs(std::span<const Shape> inputs) const { return inputs[0].count() * attributes_.out; }

std::unique_ptr<OperatorKernel> Linear::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    if (args.mode != ExecutionMode::inference && attributes_.activation != Activation::none) {
        throw InternalError("linear: a deployed layer (activation) compiles in inference mode only");
    }
    return std::make_unique<LinearKernel>(attributes_, args);
}

void Linear::reference(ReferenceArgs& args) const {
    const auto in = static_cast<std::size_t>(args.inputs[0].channels());
    const Sizes s{args.src[0].size() / in, in, static_cast<std::size_t>(attributes_.out)};
    std::vector<double> sum(s.rows * s.out);
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] = attributes_.bias ? args.parameters[1][i % s.out] : 0;
        for (std::size_t c = 0; c < in; ++c) {
            sum[i] += args.src[0][i / s.out * in + c] * args.parameters[0][i % s.out * in + c];
        }
    }
    args.dst = reference_activation(attributes_.activation, sum);
    if (args.diff_dst.empty()) return;
    const std::vector<double> diff = reference_activation_gradient(attributes_.activation, sum, args.diff_dst);
    accumulate_gradients(args, diff, s);
    if (!attributes_.bias) return;
    args.diff_parameters.emplace_back(s.out);
    for (std::size_t i = 0; i < diff.size(); ++i) args.diff_parameters[1][i % s.out] += diff[i];
}

void Linear::visit_attributes(OptionVisitor& v) const { LinearAttributes(attributes_).visit(v); }

OperatorPtr make_linear(LinearAttributes attributes) { return std::make_shared<Linear>(attributes); }

}  // namespace hpnas

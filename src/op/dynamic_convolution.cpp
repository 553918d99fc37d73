#include "hpnas/op/dynamic_convolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/kernel/token_convolution.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class DynamicConvolutionKernel final : public OperatorKernel {
public:
    explicit DynamicConvolutionKernel(const kernel::DynamicConvolutionShape& shape) : shape_(shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::dynamic_convolution(shape_, args.src[0], args.src[1], args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        kernel::dynamic_convolution_backward(
            shape_, {args.src[0], args.src[1], args.diff_dst, args.diff_src[0], args.diff_src[1]});
    }
    Memory memory() const noexcept override { return {.needs_diff_src = true}; }
    std::string implementation() const override { return "own:dynamic_convolution"; }

private:
    kernel::DynamicConvolutionShape shape_;
};

std::vector<double> softmax(const double* logits, std::int64_t count) {
    std::vector<double> p(logits, logits + count);
    const double most = *std::max_element(p.begin(), p.end());
    double sum = 0;
    for (double& x : p) sum += x = std::exp(x - most);
    for (double& x : p) x /= sum;
    return p;
}

}  // namespace

void DynamicConvolutionAttributes::visit(OptionVisitor& v) {
    v.integer({"heads", "groups of channels with a kernel of their own", 1, 1 << 16}, heads);
    v.integer({"kernel", "tokens that a position reads, odd", 1, kernel::max_dynamic_kernel}, kernel);
}

DynamicConvolution::DynamicConvolution(DynamicConvolutionAttributes attributes) : attributes_(attributes) {
    expect_range(type(), "heads", static_cast<double>(attributes_.heads), 1, 1 << 16);
    expect_range(type(), "kernel", static_cast<double>(attributes_.kernel), 1, kernel::max_dynamic_kernel);
    if (attributes_.kernel % 2 == 0)
        throw ShapeError(fmt::format("{}: kernel: expected an odd number, got {}", type(), attributes_.kernel));
}

Shape DynamicConvolution::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 2);
    expect_sequence(type(), inputs[0]);
    if (inputs[0][1] % attributes_.heads != 0)
        throw ShapeError(fmt::format("{}: src[0]: expected [L, H * D] with {} dividing the last dimension, got {}",
                                     type(), attributes_.heads, to_string(inputs[0])));
    expect_shape(type(), 1, inputs[1], {inputs[0][0], attributes_.heads * attributes_.kernel});
    return inputs[0];
}

std::int64_t DynamicConvolution::macs(std::span<const Shape> inputs) const {
    return inputs[0].count() * attributes_.kernel;
}

std::unique_ptr<OperatorKernel> DynamicConvolution::compile(const CompileArgs& args) const {
    const Shape src = output_shape(args.inputs);
    return std::make_unique<DynamicConvolutionKernel>(kernel::DynamicConvolutionShape{
        args.batch, src[0], attributes_.heads, src[1] / attributes_.heads, attributes_.kernel});
}

void DynamicConvolution::reference(ReferenceArgs& args) const {
    const std::int64_t tokens = args.inputs[0][0], width = args.inputs[0][1], kernel = attributes_.kernel;
    const std::int64_t dim = width / attributes_.heads;
    const bool backward = !args.diff_dst.empty();
    args.dst.assign(args.src[0].size(), 0);
    if (backward) args.diff_src = {std::vector<double>(args.src[0].size(), 0), std::vector<double>(args.src[1].size())};
    for (std::int64_t head = 0; head < args.batch * tokens * attributes_.heads; ++head) {
        const std::int64_t l = head / attributes_.heads % tokens;
        const std::vector<double> p = softmax(args.src[1].data() + head * kernel, kernel);
        std::vector<double> slope(p.size(), 0);  // dL/dp
        for (std::int64_t j = 0; j < kernel; ++j) {
            const std::int64_t shift = j - kernel / 2;
            if (l + shift < 0 || l + shift >= tokens) continue;
            for (std::int64_t d = 0; d < dim; ++d) {
                const auto to = static_cast<std::size_t>(head * dim + d),
                           from = static_cast<std::size_t>(head * dim + d + shift * width),
                           tap = static_cast<std::size_t>(j);
                args.dst[to] += p[tap] * args.src[0][from];
                if (!backward) continue;
                args.diff_src[0][from] += p[tap] * args.diff_dst[to];
                slope[tap] += args.src[0][from] * args.diff_dst[to];
            }
        }
        double mean = 0;
        for (std::size_t j = 0; j < p.size(); ++j) mean += p[j] * slope[j];
        for (std::size_t j = 0; backward && j < p.size(); ++j)
            args.diff_src[1][static_cast<std::size_t>(head * kernel) + j] = p[j] * (slope[j] - mean);
    }
}

void DynamicConvolution::visit_attributes(OptionVisitor& v) const {
    DynamicConvolutionAttributes(attributes_).visit(v);
}

OperatorPtr make_dynamic_convolution(DynamicConvolutionAttributes attributes) {
    return std::make_shared<DynamicConvolution>(attributes);
}

}  // namespace hpnas

#include "hpnas/op/fourier_mixing.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

#include "hpnas/kernel/fourier_mixing.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

class FourierMixingKernel final : public OperatorKernel {
public:
    FourierMixingKernel(kernel::Engine& engine, const kernel::FourierMixingShape& shape) : mixing_(engine, shape) {}

    void forward(const ForwardArgs& args, const StepContext&) override {
        mixing_.forward(args.src[0], args.dst, args.workspace);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (args.diff_src[0] != nullptr) mixing_.backward(args.diff_dst, args.diff_src[0], args.workspace);
    }
    Memory memory() const noexcept override {
        return {.workspace_bytes = mixing_.workspace_bytes(), .needs_src = false};
    }
    std::string implementation() const override { return mixing_.implementation(); }

private:
    kernel::FourierMixing mixing_;
};

/// The map as its definition reads: what src[l, m] contributes to dst[i, j].
class Definition {
public:
    Definition(bool cosine, const Shape& shape)
        : cosine_(cosine), tokens_(static_cast<double>(shape[0])), channels_(static_cast<double>(shape[1])) {}

    double operator()(std::int64_t i, std::int64_t j, std::int64_t l, std::int64_t m) const {
        if (cosine_) return factor(i, l, tokens_) * factor(j, m, channels_);
        const double turns = static_cast<double>(i * l) / tokens_ + static_cast<double>(j * m) / channels_;
        return std::cos(2 * std::numbers::pi * turns) / std::sqrt(tokens_ * channels_);
    }

private:
    static double factor(std::int64_t frequency, std::int64_t at, double size) {
        return std::sqrt((frequency == 0 ? 1 : 2) / size) *
               std::cos(std::numbers::pi * static_cast<double>((2 * at + 1) * frequency) / (2 * size));
    }
    bool cosine_;
    double tokens_, channels_;
};

}  // namespace

void FourierMixingAttributes::visit(OptionVisitor& v) {
    static constexpr std::array<std::string_view, 2> kinds{"dft", "dct"};
    v.choice({"kind", "real part of the Fourier transform, or the cosine transform"}, kind, kinds);
}

FourierMixing::FourierMixing(FourierMixingAttributes attributes) : attributes_(std::move(attributes)) {
    if (attributes_.kind != "dft" && attributes_.kind != "dct")
        throw ShapeError(fmt::format("{}: kind: expected dft or dct, got '{}'", type(), attributes_.kind));
}

Shape FourierMixing::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_sequence(type(), inputs[0]);
    return inputs[0];
}

std::int64_t FourierMixing::macs(std::span<const Shape> inputs) const {
    const std::int64_t one = inputs[0].count() * (inputs[0][0] + inputs[0][1]);
    return attributes_.kind == "dct" ? one : 2 * one;
}

std::unique_ptr<OperatorKernel> FourierMixing::compile(const CompileArgs& args) const {
    const Shape src = output_shape(args.inputs);
    return std::make_unique<FourierMixingKernel>(
        args.engine, kernel::FourierMixingShape{args.batch, src[0], src[1], attributes_.kind == "dct"});
}

void FourierMixing::reference(ReferenceArgs& args) const {
    const std::int64_t tokens = args.inputs[0][0], channels = args.inputs[0][1], sample = tokens * channels;
    const Definition weight(attributes_.kind == "dct", args.inputs[0]);
    args.dst.assign(args.src[0].size(), 0);
    if (!args.diff_dst.empty()) args.diff_src = {std::vector<double>(args.src[0].size(), 0)};
    for (std::int64_t to = 0; to < args.batch * sample; ++to) {
        const std::int64_t i = to % sample / channels, j = to % channels;
        for (std::int64_t k = 0; k < sample; ++k) {
            const double w = weight(i, j, k / channels, k % channels);
            const auto from = static_cast<std::size_t>(to / sample * sample + k), at = static_cast<std::size_t>(to);
            args.dst[at] += w * args.src[0][from];
            if (!args.diff_dst.empty()) args.diff_src[0][from] += w * args.diff_dst[at];
        }
    }
}

void FourierMixing::visit_attributes(OptionVisitor& v) const { FourierMixingAttributes(attributes_).visit(v); }

OperatorPtr make_fourier_mixing(FourierMixingAttributes attributes) {
    return std::make_shared<FourierMixing>(std::move(attributes));
}

}  // namespace hpnas

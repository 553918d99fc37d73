#include "hpnas/op/position_embedding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/kernel/sequence.hpp"
#include "hpnas/op/check.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 2> kinds{"learned", "sinusoidal"};
constexpr double longest = 1 << 24;

/// What is added to channel c at position p.
double sinusoid(std::int64_t p, std::int64_t c, std::int64_t channels) {
    const double exponent = static_cast<double>(c - c % 2) / static_cast<double>(channels);
    const double angle = static_cast<double>(p) * std::pow(10000.0, -exponent);
    return c % 2 == 0 ? std::sin(angle) : std::cos(angle);
}

class PositionEmbeddingKernel final : public OperatorKernel {
public:
    /// @param length  rows of the learned table; 0: sinusoidal
    PositionEmbeddingKernel(const CompileArgs& args, std::int64_t length)
        : batch_(args.batch), count_(args.inputs[0].count()), length_(length), channels_(args.inputs[0][1]) {
        if (length == 0) {
            const std::vector<double> table = sinusoidal_positions(args.inputs[0]);
            table_.assign(table.begin(), table.end());
        }
    }

    void forward(const ForwardArgs& args, const StepContext&) override {
        kernel::add_row(batch_, count_, args.src[0], learned() ? args.parameters[0] : table_.data(), args.dst);
    }
    void backward(const BackwardArgs& args, const StepContext&) override {
        if (learned()) {
            kernel::sum_samples(batch_, count_, count_, args.diff_dst, args.diff_parameters[0]);
            std::fill(args.diff_parameters[0] + count_, args.diff_parameters[0] + length_ * channels_, 0.0F);
        }
        if (args.diff_src[0] != nullptr && args.diff_src[0] != args.diff_dst)
            std::copy_n(args.diff_dst, batch_ * count_, args.diff_src[0]);
    }
    Memory memory() const noexcept override {
        return {.needs_src = false, .in_place = 0, .diff_in_place = 0, .passes_gradient = !learned()};
    }
    std::string implementation() const override { return "own:elementwise"; }

private:
    bool learned() const noexcept { return length_ > 0; }

    std::int64_t batch_, count_, length_, channels_;
    std::vector<float> table_;
};

}  // namespace

void PositionEmbeddingAttributes::visit(OptionVisitor& v) {
    v.choice({"kind", "learned: a table; sinusoidal: sines and cosines of the position"}, kind, kinds);
    v.integer({"length", "learned: rows of the table, the longest sequence", 1, longest}, length);
    v.number({"deviation", "learned: of the normal that the table starts from", 0, 1e3}, deviation);
}

PositionEmbedding::PositionEmbedding(PositionEmbeddingAttributes attributes) : attributes_(std::move(attributes)) {
    if (std::find(kinds.begin(), kinds.end(), attributes_.kind) == kinds.end())
        throw ShapeError(fmt::format("{}: kind: expected learned or sinusoidal, got {}", type(), attributes_.kind));
    expect_range(type(), "length", static_cast<double>(attributes_.length), 1, longest);
    expect_range(type(), "deviation", attributes_.deviation, 0, 1e3);
    if (!learned()) {  // what has no effect is not part of the signature
        const PositionEmbeddingAttributes defaults;
        attributes_.length = defaults.length;
        attributes_.deviation = defaults.deviation;
    }
}

Shape PositionEmbedding::output_shape(std::span<const Shape> inputs) const {
    expect_inputs(type(), inputs, 1);
    expect_sequence(type(), inputs[0]);
    if (learned() && inputs[0][0] > attributes_.length)
        throw ShapeError(fmt::format("{}: src[0]: expected at most {} positions, got {}", type(), attributes_.length,
                                     to_string(inputs[0])));
    return inputs[0];
}

std::vector<ParameterSpec> PositionEmbedding::parameters(std::span<const Shape> inputs) const {
    if (!learned()) return {};
    return {{"weight",
             {attributes_.length, inputs[0].channels()},
             ParameterRole::weight,
             {Initializer::Kind::normal, 0, attributes_.deviation}}};
}

std::unique_ptr<OperatorKernel> PositionEmbedding::compile(const CompileArgs& args) const {
    output_shape(args.inputs);
    return std::make_unique<PositionEmbeddingKernel>(args, learned() ? attributes_.length : 0);
}

void PositionEmbedding::reference(ReferenceArgs& args) const {
    const std::vector<double> table = learned() ? args.parameters[0] : sinusoidal_positions(args.inputs[0]);
    const auto count = static_cast<std::size_t>(args.inputs[0].count());
    args.dst = args.src[0];
    for (std::size_t i = 0; i < args.dst.size(); ++i) args.dst[i] += table[i % count];
    if (args.diff_dst.empty()) return;
    args.diff_src = {args.diff_dst};
    if (!learned()) return;
    args.diff_parameters = {std::vector<double>(table.size(), 0)};
    for (std::size_t i = 0; i < args.dst.size(); ++i) args.diff_parameters[0][i % count] += args.diff_dst[i];
}

void PositionEmbedding::visit_attributes(OptionVisitor& v) const { PositionEmbeddingAttributes(attributes_).visit(v); }

std::vector<double> sinusoidal_positions(const Shape& sequence) {
    std::vector<double> table;
    table.reserve(static_cast<std::size_t>(sequence.count()));
    for (std::int64_t p = 0; p < sequence[0]; ++p)
        for (std::int64_t c = 0; c < sequence[1]; ++c) table.push_back(sinusoid(p, c, sequence[1]));
    return table;
}

OperatorPtr make_position_embedding(PositionEmbeddingAttributes attributes) {
    return std::make_shared<PositionEmbedding>(std::move(attributes));
}

}  // namespace hpnas

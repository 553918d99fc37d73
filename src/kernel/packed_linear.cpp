#include "hpnas/kernel/packed_linear.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Inputs whose products are summed at a time: a panel of weights stays in the second-level cache.
constexpr std::int64_t most_inputs = 1024;
/// Rows that are worth reading a panel for.
constexpr std::int64_t fewest_rows = 48;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Panels [c, panel] of the transposed weights, one after the other, then the bias.
std::int64_t padded_outputs(const PackedLinearShape& s) {
    const std::int64_t panel = loops().panel;
    return divide_up(s.k, panel) * panel;
}

/// In how many shares the rows are divided; the other threads divide the outputs.
std::int64_t row_shares(std::int64_t rows, std::int64_t threads) {
    std::int64_t shares = std::clamp<std::int64_t>(rows / fewest_rows, 1, threads);
    while (threads % shares != 0) --shares;
    return shares;
}

/// Part of one panel: outputs [column, column + n) of `m` rows.
void multiply_panel(const PackedLinearShape& s, BlockProduct product) {
    const std::int64_t parts = divide_up(s.c, most_inputs);
    for (std::int64_t i = 0; i < parts; ++i) {
        const Share inputs(s.c, parts, i);
        BlockProduct part = product;
        part.a += inputs.begin;
        part.b += inputs.begin * product.b_row;
        part.k = inputs.end - inputs.begin;
        if (i > 0) part.bias = nullptr, part.residual = product.c;
        loops().multiply(part);
    }
}

}  // namespace

PackedLinear::PackedLinear(const PackedLinearShape& shape) : shape_(shape) {
    if (std::min({shape.rows, shape.c, shape.k}) < 1)
        throw ShapeError(
            fmt::format("packed_linear: sizes must be positive: rows {}, in {}, out {}", shape.rows, shape.c, shape.k));
}

std::size_t PackedLinear::packed_bytes() const noexcept {
    return static_cast<std::size_t>(padded_outputs(shape_) * (shape_.c + 1)) * sizeof(float);
}

std::string PackedLinear::implementation() { return "own:linear:" + Engine::isa(); }

void PackedLinear::pack(const float* weights, const float* bias, void* packed) const {
    const std::int64_t c = shape_.c, k = shape_.k, panel = loops().panel;
    auto* panels = static_cast<float*>(packed);
    for_blocks(k, panel, [=](std::int64_t begin, std::int64_t end) {
        loops().transpose({weights + begin * c, c, end - begin, c, panels + begin * c, panel});
    });
    float* padded_bias = panels + padded_outputs(shape_) * c;
    std::fill_n(padded_bias, padded_outputs(shape_), 0.0F);
    if (bias != nullptr) std::copy_n(bias, k, padded_bias);
}

void PackedLinear::run(const float* src, const void* packed, const float* residual, float* dst) const {
    const PackedLinearShape& s = shape_;
    const std::int64_t panel = loops().panel;
    const auto* panels = static_cast<const float*>(packed);
    const float* bias = panels + padded_outputs(s) * s.c;
#pragma omp parallel if (s.rows * s.c * s.k > elements_per_block)
    {
        const std::int64_t threads = omp_get_num_threads(), thread = omp_get_thread_num();
        const std::int64_t shares = row_shares(s.rows, threads);
        const Share rows(s.rows, shares, thread % shares);
        const Share outputs(s.k, threads / shares, thread / shares, panel);
        const std::int64_t n_rows = rows.end - rows.begin, first = rows.begin * s.k;
        for (std::int64_t at = outputs.begin; at < outputs.end; at += panel)
            multiply_panel(s, {src + rows.begin * s.c, s.c, 1, panels + at * s.c, panel, dst + first + at, s.k, n_rows,
                               std::min(panel, outputs.end - at), s.c, bias + at,
                               residual == nullptr ? nullptr : residual + first + at});
        if (s.activation != Activation::none)
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                float* x = dst + row * s.k + outputs.begin;
                loops().activation_forward(s.activation, x, x, outputs.end - outputs.begin);
            }
    }
}

}  // namespace hpnas::kernel

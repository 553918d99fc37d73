#include "hpnas/kernel/layer_norm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Rows whose parameter gradients are summed in one go: at most 64 parts, fixed by the shape.
std::int64_t rows_per_part(const LayerNormShape& s) { return std::max<std::int64_t>(8, (s.rows + 63) / 64); }
std::int64_t parts(const LayerNormShape& s) { return (s.rows + rows_per_part(s) - 1) / rows_per_part(s); }

/// sum [width] = sums [parts, row] added up in order, in double.
void join(const float* sums, std::int64_t n_parts, std::int64_t row, std::int64_t width, float* sum) {
    for_blocks(width, 256, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t c = begin; c < end; ++c) {
            double total = 0;
            for (std::int64_t p = 0; p < n_parts; ++p) total += static_cast<double>(sums[p * row + c]);
            sum[c] = static_cast<float>(total);
        }
    });
}

}  // namespace

LayerNorm::LayerNorm(const LayerNormShape& shape) : shape_(shape) {
    if (std::min(shape.rows, shape.width) < 1)
        throw ShapeError(fmt::format("layer_norm: sizes must be positive: rows {}, width {}", shape.rows, shape.width));
}

std::size_t LayerNorm::workspace_bytes() const noexcept {
    return static_cast<std::size_t>(parts(shape_) * 2 * padded_width(shape_.width)) * sizeof(float);
}

void LayerNorm::forward(const LayerNormForward& args) const {
    const std::int64_t width = shape_.width, block = std::max<std::int64_t>(1, elements_per_block / 4 / width);
    for_blocks(shape_.rows, block, [&](std::int64_t begin, std::int64_t end) {
        LayerNormForward part = args;
        part.src += begin * width;
        part.dst += begin * width;
        if (part.statistics != nullptr) part.statistics += 2 * begin;
        loops().layer_norm_forward({end - begin, width, shape_.epsilon}, part);
    });
}

void LayerNorm::backward(const LayerNormBackward& args, void* workspace) const {
    const std::int64_t width = shape_.width, row = padded_width(width), block = rows_per_part(shape_);
    auto* sums = static_cast<float*>(workspace);
    for_blocks(shape_.rows, block, [&](std::int64_t begin, std::int64_t end) {
        LayerNormBackward part = args;
        part.src += begin * width;
        part.statistics += 2 * begin;
        part.diff_dst += begin * width;
        part.diff_src += begin * width;
        part.diff_gamma = sums + begin / block * 2 * row;
        part.diff_beta = part.diff_gamma + row;
        std::fill_n(part.diff_gamma, 2 * row, 0.0F);
        loops().layer_norm_backward({end - begin, width, shape_.epsilon}, part);
    });
    join(sums, parts(shape_), 2 * row, width, args.diff_gamma);
    join(sums + row, parts(shape_), 2 * row, width, args.diff_beta);
}

}  // namespace hpnas::kernel

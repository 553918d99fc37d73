#include "hpnas/kernel/layer_norm.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "loops.hpp"
#include "parallel.hpp"
#include "row_sums.hpp"

namespace hpnas::kernel {
LayerNorm::LayerNorm(const LayerNormShape& shape) : shape_(shape) {
    if (std::min(shape.rows, shape.width) < 1)
        throw ShapeError(fmt::format("layer_norm: sizes must be positive: rows {}, width {}", shape.rows, shape.width));
}

std::size_t LayerNorm::workspace_bytes() const noexcept {
    return static_cast<std::size_t>(RowParts{shape_.rows, shape_.width}.count() * 2 * padded_width(shape_.width)) *
           sizeof(float);
}

void LayerNorm::forward(const LayerNormForward& args) const {
    const std::int64_t width = shape_.width;
    for_shares(shape_.rows, width, [&](std::int64_t begin, std::int64_t end) {
        LayerNormForward part = args;
        part.src += begin * width;
        part.dst += begin * width;
        if (part.statistics != nullptr) part.statistics += 2 * begin;
        loops().layer_norm_forward({end - begin, width, shape_.epsilon}, part);
    });
}

void LayerNorm::backward(const LayerNormBackward& args, void* workspace) const {
    const RowParts parts{shape_.rows, shape_.width};
    const std::int64_t width = shape_.width, row = padded_width(width), block = parts.size();
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
    add_parts(sums, parts.count(), 2 * row, width, args.diff_gamma);
    add_parts(sums + row, parts.count(), 2 * row, width, args.diff_beta);
}

}  // namespace hpnas::kernel

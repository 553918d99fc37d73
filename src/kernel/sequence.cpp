#include "hpnas/kernel/sequence.hpp"

#include <array>

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Columns whose sums one task holds.
constexpr std::int64_t columns_per_task = 64;
using Sums = std::array<double, columns_per_task>;

/// sums[i] += src[r * step + i] for every row, in order.
void accumulate(std::int64_t rows, std::int64_t columns, std::int64_t step, const float* src, Sums& sums) {
    for (std::int64_t r = 0; r < rows; ++r)
        for (std::int64_t i = 0; i < columns; ++i)
            sums[static_cast<std::size_t>(i)] += static_cast<double>(src[r * step + i]);
}

/// Rows that make a block worth a thread.
std::int64_t rows_per_block(std::int64_t count) {
    return std::max<std::int64_t>(1, elements_per_block / 2 / std::max<std::int64_t>(1, count));
}

}  // namespace

void copy_rows(const RowCopy& copy, const float* src, float* dst) {
    for_blocks(copy.rows, rows_per_block(copy.count), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r)
            std::copy_n(src + r * copy.src_step, copy.count, dst + r * copy.dst_step);
    });
}

void repeat_row(std::int64_t rows, std::int64_t count, std::int64_t step, const float* row, float* dst) {
    copy_rows({rows, count, 0, step}, row, dst);
}

void add_row(std::int64_t rows, std::int64_t count, const float* src, const float* row, float* dst) {
    for_blocks(rows, rows_per_block(count), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r)
            for (std::int64_t i = 0; i < count; ++i) dst[r * count + i] = src[r * count + i] + row[i];
    });
}

void sum_rows(std::int64_t rows, std::int64_t count, std::int64_t step, const float* src, float* sum) {
    for_blocks(count, columns_per_task, [=](std::int64_t begin, std::int64_t end) {
        Sums sums{};
        accumulate(rows, end - begin, step, src + begin, sums);
        std::transform(sums.begin(), sums.begin() + (end - begin), sum + begin,
                       [](double x) { return static_cast<float>(x); });
    });
}

void token_mean(const TokenMeanShape& shape, const float* src, float* dst) {
    const std::int64_t groups = (shape.c + columns_per_task - 1) / columns_per_task;
    for_blocks(shape.n * groups, 1, [=](std::int64_t task, std::int64_t) {
        const std::int64_t n = task / groups, begin = task % groups * columns_per_task;
        const std::int64_t columns = std::min(columns_per_task, shape.c - begin), used = shape.tokens - shape.first;
        Sums sums{};
        accumulate(used, columns, shape.c, src + (n * shape.tokens + shape.first) * shape.c + begin, sums);
        std::transform(sums.begin(), sums.begin() + columns, dst + n * shape.c + begin,
                       [used](double x) { return static_cast<float>(x / static_cast<double>(used)); });
    });
}

void token_mean_backward(const TokenMeanShape& shape, const float* diff_dst, float* diff_src) {
    const float share = 1.0F / static_cast<float>(shape.tokens - shape.first);
    for_blocks(shape.n * shape.tokens, rows_per_block(shape.c), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const float factor = row % shape.tokens < shape.first ? 0.0F : share;
            const float* diff = diff_dst + row / shape.tokens * shape.c;
            for (std::int64_t c = 0; c < shape.c; ++c) diff_src[row * shape.c + c] = factor * diff[c];
        }
    });
}

}  // namespace hpnas::kernel

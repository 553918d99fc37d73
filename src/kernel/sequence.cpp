#include "hpnas/kernel/sequence.hpp"

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Columns that stay in the innermost cache while rows are added to them.
constexpr std::int64_t columns_per_task = 2048;

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
        for (std::int64_t r = begin; r < end; ++r) loops().add(src + r * count, row, dst + r * count, count);
    });
}

void sum_samples(std::int64_t rows, std::int64_t count, std::int64_t step, const float* src, float* sum) {
    for_blocks(count, columns_per_task, [=](std::int64_t begin, std::int64_t end) {
        std::copy_n(src + begin, end - begin, sum + begin);
        for (std::int64_t r = 1; r < rows; ++r)
            loops().add(sum + begin, src + r * step + begin, sum + begin, end - begin);
    });
}

void token_mean(const TokenMeanShape& shape, const float* src, float* dst) {
    const std::int64_t used = shape.tokens - shape.first;
    for_blocks(shape.n, 1, [=](std::int64_t n, std::int64_t) {
        float* mean = dst + n * shape.c;
        loops().column_sums({used * shape.c, shape.c}, src + (n * shape.tokens + shape.first) * shape.c, nullptr, mean);
        loops().scale(1.0F / static_cast<float>(used), mean, nullptr, mean, shape.c);
    });
}

void token_mean_backward(const TokenMeanShape& shape, const float* diff_dst, float* diff_src) {
    const float share = 1.0F / static_cast<float>(shape.tokens - shape.first);
    for_blocks(shape.n * shape.tokens, rows_per_block(shape.c), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            const float factor = row % shape.tokens < shape.first ? 0.0F : share;
            const float* diff = diff_dst + row / shape.tokens * shape.c;
            loops().scale(factor, diff, nullptr, diff_src + row * shape.c, shape.c);
        }
    });
}

}  // namespace hpnas::kernel

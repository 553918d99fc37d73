#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// A batch of vectors or sequences inside larger arrays: `rows` pieces of `count` floats, whose starts lie the given
/// distances apart.
struct RowCopy {
    std::int64_t rows = 1;
    std::int64_t count = 1;
    std::int64_t src_step = 1;
    std::int64_t dst_step = 1;
};
/// dst[r * dst_step + i] = src[r * src_step + i]. The arrays do not overlap.
void copy_rows(const RowCopy& copy, const float* src, float* dst);

/// dst[r * step + i] = row[i], i < count, r < rows.
void repeat_row(std::int64_t rows, std::int64_t count, std::int64_t step, const float* row, float* dst);

/// dst[r, i] = src[r, i] + row[i]; src and dst [rows, count]. dst may be src.
void add_row(std::int64_t rows, std::int64_t count, const float* src, const float* row, float* dst);

/// sum[i] = sum over r of src[r * step + i], i < count, in order of r: the same for any number of threads. Overwritten.
/// rows >= 1.
void sum_samples(std::int64_t rows, std::int64_t count, std::int64_t step, const float* src, float* sum);

struct TokenMeanShape {
    std::int64_t n = 1;
    std::int64_t tokens = 1;
    std::int64_t c = 1;
    std::int64_t first = 0;  ///< tokens before it are left out; below `tokens`
};
/// dst[n, c] = mean of src[n, t, c] over t >= first, in order of t.
void token_mean(const TokenMeanShape& shape, const float* src, float* dst);
/// diff_src[n, t, c] = diff_dst[n, c] / (tokens - first); 0 where t < first. Overwritten.
void token_mean_backward(const TokenMeanShape& shape, const float* diff_dst, float* diff_src);

}  // namespace hpnas::kernel

#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hpnas::kernel {

/// Rows of a matrix shared out for sums over them: at most 64 parts, fixed by the shape and not by the threads.
struct RowParts {
    std::int64_t rows, width;

    std::int64_t size() const noexcept { return std::max<std::int64_t>(8, (rows + 63) / 64); }
    std::int64_t count() const noexcept { return (rows + size() - 1) / size(); }
};

/// total [width] = rows of sums [parts, width], `step` floats apart, added up in order and in double.
void add_parts(const float* sums, std::int64_t parts, std::int64_t step, std::int64_t width, float* total);

/// total [width] = sum over the rows of src [rows, width]; the same for any number of threads.
void sum_rows(RowParts parts, const float* src, float* total, void* workspace);
std::size_t sum_rows_bytes(RowParts parts) noexcept;

}  // namespace hpnas::kernel

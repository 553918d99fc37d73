#include "row_sums.hpp"

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {

void add_parts(const float* sums, std::int64_t parts, std::int64_t step, std::int64_t width, float* total) {
    constexpr std::int64_t columns = 512;
    for_blocks(width, columns, [=](std::int64_t begin, std::int64_t end) {
        double totals[columns]{};
        for (std::int64_t p = 0; p < parts; ++p) loops().accumulate(sums + p * step + begin, totals, end - begin);
        for (std::int64_t c = begin; c < end; ++c) total[c] = static_cast<float>(totals[c - begin]);
    });
}

std::size_t sum_rows_bytes(RowParts parts) noexcept {
    return static_cast<std::size_t>(parts.count() * parts.width) * sizeof(float);
}

void sum_rows(RowParts parts, const float* src, float* total, void* workspace) {
    auto* sums = static_cast<float*>(workspace);
    const std::int64_t width = parts.width;
    for_blocks(parts.rows, parts.size(), [&](std::int64_t begin, std::int64_t end) {
        loops().column_sums({(end - begin) * width, width}, src + begin * width, nullptr,
                            sums + begin / parts.size() * width);
    });
    add_parts(sums, parts.count(), width, width, total);
}

}  // namespace hpnas::kernel

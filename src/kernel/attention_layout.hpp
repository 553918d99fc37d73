#pragma once
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hpnas/kernel/attention.hpp"
#include "loops.hpp"

/// How attention arranges one head. Relative positions become more keys and values: the rows of their tables follow the
/// padded keys, so that one product gives the logits of both, and another the sums over both.
namespace hpnas::kernel {

struct AttentionLayout {
    explicit AttentionLayout(const AttentionShape& s)
        : tables(2 * s.table_rows()),
          padded_keys(padded_width(s.keys)),
          columns(tables > 0 ? padded_keys + tables : s.keys),
          dim(padded_width(s.dim)),
          side(static_cast<std::int64_t>(std::sqrt(static_cast<double>(s.keys - 1)))) {
        const std::int64_t lines = (padded_keys + (tables > 0 ? tables / 2 + padded_width(tables / 2) : 0)) / 16 + 1;
        row = (lines | 1) * 16;
    }

    std::int64_t tables;       ///< rows of both tables of keys; 0 without relative positions
    std::int64_t padded_keys;  ///< where the tables begin
    std::int64_t columns;      ///< keys, or keys and tables
    std::int64_t dim;          ///< floats from one copied row of a head to the next
    std::int64_t side;         ///< of the grid of tokens
    std::int64_t row;          ///< floats from one row of scores to the next: an odd number of cache lines

    std::int64_t transposed_floats(const AttentionShape& s) const noexcept { return s.dim * row; }
    std::int64_t copied_floats() const noexcept { return (columns + widest_vector) * dim; }
};

/// Queries that are worked on at a time; a multiple of every register tile's rows.
constexpr std::int64_t queries_per_block = 48;
/// The least such multiple.
constexpr std::int64_t tile_queries = 24;

/// Queries, keys or values of one head: rows of `dim` floats, `row` floats apart.
template <class T>
struct HeadRows {
    T* data;
    std::int64_t row;
};
template <class T>
struct HeadTensors {
    HeadRows<T> q, k, v;
};

/// Where head `head` of sample `sample` lies in tensors shaped as src and memory.
template <class T>
HeadTensors<T> head_tensors(const AttentionShape& s, T* src, T* memory, std::int64_t sample, std::int64_t head) {
    const std::int64_t width = s.heads * s.dim;
    if (s.joint) {
        T* q = src + sample * s.queries * 3 * width + head * s.dim;
        return {{q, 3 * width}, {q + width, 3 * width}, {q + 2 * width, 3 * width}};
    }
    T* k = memory + sample * s.keys * 2 * width + head * s.dim;
    return {{src + sample * s.queries * width + head * s.dim, width}, {k, 2 * width}, {k + width, 2 * width}};
}

/// dst [dim, columns]: the transposed rows of a head, followed by those of two tables.
inline void transpose_head(const AttentionShape& s, const AttentionLayout& layout, HeadRows<const float> rows,
                           const float* const* tables, float* dst) {
    loops().transpose({rows.data, rows.row, s.keys, s.dim, dst, layout.row});
    if (layout.tables == 0) return;
    for (std::int64_t t = 0; t < 2; ++t) {
        float* part = dst + layout.padded_keys + t * s.table_rows();
        loops().transpose({tables[t], s.dim, s.table_rows(), s.dim, part, layout.row});
    }
}

/// dst [columns, dim]: the rows of a head, zeros up to padded_keys, and the rows of two tables.
inline void copy_head(const AttentionShape& s, const AttentionLayout& layout, HeadRows<const float> rows,
                      const float* const* tables, float* dst) {
    loops().copy_rows({rows.data, rows.row, s.keys, s.dim, dst, layout.dim});
    if (layout.tables == 0) return;
    std::fill(dst + s.keys * layout.dim, dst + layout.padded_keys * layout.dim, 0.0F);
    for (std::int64_t t = 0; t < 2; ++t) {
        float* part = dst + (layout.padded_keys + t * s.table_rows()) * layout.dim;
        loops().copy_rows({tables[t], s.dim, s.table_rows(), s.dim, part, layout.dim});
    }
}

/// The part of relative positions in the row of scores of one query.
inline PositionRow position_row(const AttentionShape& s, const AttentionLayout& layout, float* row,
                                std::int64_t query) {
    return {row, row + layout.padded_keys, layout.side, s.keys - 1, s.max_distance, query};
}

}  // namespace hpnas::kernel

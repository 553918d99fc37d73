#include "hpnas/kernel/attention.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "attention_layout.hpp"
#include "hpnas/core/error.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Parts that each head's queries are shared out in, so that few heads keep all threads busy. The result does not depend
/// on it.
std::int64_t query_parts(const AttentionShape& s) {
    const std::int64_t threads = omp_get_max_threads(), heads = s.batch * s.heads;
    const std::int64_t most = std::clamp<std::int64_t>(s.queries / queries_per_block, 1, 8);
    const auto cost = [&](std::int64_t parts) {
        const std::int64_t turns = (heads * parts + threads - 1) / threads;
        return static_cast<double>(turns) * (1.0 / static_cast<double>(parts) + 0.06);
    };
    std::int64_t best = 1;
    for (std::int64_t parts = 2; parts <= most; ++parts)
        if (cost(parts) < cost(best)) best = parts;
    return best;
}

/// Copies of heads' keys and values, and every thread's scores of a block of queries. A head in one part is copied by
/// the thread that works on it, one in several parts before all else, for all of its threads.
struct ForwardScratch {
    const AttentionShape& s;
    const AttentionLayout& layout;
    float* memory;
    std::int64_t parts = query_parts(s), threads = omp_get_max_threads();

    std::int64_t copies() const { return parts > 1 ? s.batch * s.heads : threads; }
    std::int64_t copy_floats() const { return layout.transposed_floats(s) + layout.copied_floats(); }
    std::int64_t floats() const { return copies() * copy_floats() + threads * queries_per_block * layout.row; }

    float* keys(std::int64_t head) const { return memory + (parts > 1 ? head : omp_get_thread_num()) * copy_floats(); }
    float* values(std::int64_t head) const { return keys(head) + layout.transposed_floats(s); }
    float* scores() const {
        return memory + copies() * copy_floats() + omp_get_thread_num() * queries_per_block * layout.row;
    }
    /// First query of a part: a multiple of the rows of a register tile, or the end.
    std::int64_t part_begin(std::int64_t part) const {
        return part == parts ? s.queries : s.queries * part / parts / tile_queries * tile_queries;
    }
};

/// Queries [begin, end) of one head.
struct QueryBlock {
    std::int64_t sample, head, begin, end;
};

/// Logits of a block of queries, turned into probabilities.
void score(const AttentionShape& s, const AttentionLayout& layout, const QueryBlock& block, HeadRows<const float> q,
           const float* keys, const float* mask, float* scores) {
    const std::int64_t seen = s.causal ? std::min(s.keys, block.end) : s.keys;
    const std::int64_t columns = layout.tables > 0 ? layout.columns : seen;
    loops().multiply({q.data + block.begin * q.row, q.row, 1, keys, layout.row, scores, layout.row,
                      block.end - block.begin, columns, s.dim});
    const float* keep = s.mask ? mask + block.sample * s.keys : nullptr;
    for (std::int64_t i = block.begin; i < block.end; ++i) {
        float* row = scores + (i - block.begin) * layout.row;
        if (layout.tables > 0) loops().add_positions(position_row(s, layout, row, i));
        loops().softmax({row, keep, s.scale(), s.causal ? std::min(s.keys, i + 1) : s.keys, layout.padded_keys});
        if (layout.tables > 0) loops().sum_positions(position_row(s, layout, row, i));
    }
}

}  // namespace

float AttentionShape::scale() const noexcept { return 1.0F / std::sqrt(static_cast<float>(dim)); }

RelativePosition relative_position(const AttentionShape& shape, std::int64_t from, std::int64_t to) noexcept {
    if (from == 0 || to == 0) return {};
    const auto side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(shape.keys - 1)));
    const auto row = [&](std::int64_t distance) {
        return std::clamp(distance, -shape.max_distance, shape.max_distance) + shape.max_distance + 1;
    };
    return {row((to - 1) / side - (from - 1) / side), row((to - 1) % side - (from - 1) % side)};
}

Attention::Attention(const AttentionShape& shape) : shape_(shape) {
    const AttentionShape& s = shape_;
    if (std::min({s.batch, s.heads, s.queries, s.keys, s.dim}) < 1 || s.max_distance < 0)
        throw ShapeError(
            fmt::format("attention: sizes must be positive: batch {}, heads {}, queries {}, keys {}, dim {}", s.batch,
                        s.heads, s.queries, s.keys, s.dim));
    if (s.queries != s.keys && (s.joint || s.max_distance > 0))
        throw ShapeError(fmt::format("attention: expected as many keys as queries, got {} and {}", s.keys, s.queries));
    if (s.max_distance > 0 && AttentionLayout(s).side > widest_grid)
        throw ShapeError(fmt::format("attention: relative positions: expected at most {} tokens, got {}",
                                     widest_grid * (widest_grid + 2) + 1, s.keys));
}

std::size_t Attention::saved_bytes() const noexcept {
    if (!shape_.training) return 0;
    const AttentionLayout layout(shape_);
    return static_cast<std::size_t>(shape_.batch * shape_.heads * shape_.queries * layout.row) * sizeof(float);
}

std::size_t Attention::forward_bytes() const noexcept {
    const AttentionLayout layout(shape_);
    return static_cast<std::size_t>(ForwardScratch{shape_, layout, nullptr}.floats()) * sizeof(float);
}

void Attention::forward(const AttentionInput& input, float* dst, float* saved, void* workspace) const {
    const AttentionShape& s = shape_;
    const AttentionLayout layout(s);
    const ForwardScratch scratch{s, layout, static_cast<float*>(workspace)};
    const std::int64_t width = s.heads * s.dim, heads = s.batch * s.heads, parts = scratch.parts;
    const auto tensors = [&](std::int64_t head) {
        return head_tensors(s, input.src, input.memory, head / s.heads, head % s.heads);
    };
    const auto copy_keys = [&](std::int64_t head) {
        transpose_head(s, layout, tensors(head).k, input.tables.data(), scratch.keys(head));
    };
    const auto copy_values = [&](std::int64_t head) {
        copy_head(s, layout, tensors(head).v, input.tables.data() + 2, scratch.values(head));
    };
    if (parts > 1)
        for_blocks(2 * heads, 1, [&](std::int64_t item, std::int64_t) {
            item % 2 == 0 ? copy_keys(item / 2) : copy_values(item / 2);
        });
    for_blocks(heads * parts, 1, [&](std::int64_t item, std::int64_t) {
        const std::int64_t head = item / parts, last = scratch.part_begin(item % parts + 1);
        if (parts == 1) copy_keys(head), copy_values(head);
        for (std::int64_t i = scratch.part_begin(item % parts); i < last; i += queries_per_block) {
            const QueryBlock block{head / s.heads, head % s.heads, i, std::min(last, i + queries_per_block)};
            float* scores = s.training ? saved + (head * s.queries + i) * layout.row : scratch.scores();
            score(s, layout, block, tensors(head).q, scratch.keys(head), input.mask, scores);
            const std::int64_t seen = s.causal && layout.tables == 0 ? std::min(s.keys, block.end) : layout.columns;
            float* to = dst + (block.sample * s.queries + i) * width + block.head * s.dim;
            loops().multiply({scores, layout.row, 1, scratch.values(head), layout.dim, to, width, block.end - i, s.dim,
                              seen});
        }
    });
}

}  // namespace hpnas::kernel

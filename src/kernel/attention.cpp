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

/// Keys and values of one head, copied, and the scores of a block of queries.
struct ForwardScratch {
    float *keys, *values, *scores;

    static std::int64_t floats(const AttentionShape& s, const AttentionLayout& layout) {
        return layout.transposed_floats(s) + layout.copied_floats() + queries_per_block * layout.row;
    }
    ForwardScratch(const AttentionShape& s, const AttentionLayout& layout, float* memory)
        : keys(memory), values(keys + layout.transposed_floats(s)), scores(values + layout.copied_floats()) {}
};

/// Parts that each head's queries are shared out in: few heads keep all threads busy, at the price of copying keys and
/// values once per part. The result does not depend on it.
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

void Attention::forward(const AttentionInput& input, float* dst, float* saved, void* workspace) const {
    const AttentionShape& s = shape_;
    const AttentionLayout layout(s);
    const std::int64_t parts = query_parts(s), width = s.heads * s.dim;
    const auto part_begin = [&](std::int64_t part) { return s.queries * part / parts; };
    for_blocks(s.batch * s.heads * parts, 1, [&](std::int64_t item, std::int64_t) {
        const std::int64_t head = item / parts % s.heads, sample = item / parts / s.heads, part = item % parts;
        const ForwardScratch scratch(
            s, layout, static_cast<float*>(workspace) + omp_get_thread_num() * ForwardScratch::floats(s, layout));
        const HeadTensors<const float> tensors = head_tensors(s, input.src, input.memory, sample, head);
        transpose_head(s, layout, tensors.k, input.tables.data(), scratch.keys);
        copy_head(s, layout, tensors.v, input.tables.data() + 2, scratch.values);
        const std::int64_t last = part_begin(part + 1);
        for (std::int64_t i = part_begin(part); i < last; i += queries_per_block) {
            const QueryBlock block{sample, head, i, std::min(last, i + queries_per_block)};
            float* kept = saved + ((sample * s.heads + head) * s.queries + i) * layout.row;
            float* scores = s.training ? kept : scratch.scores;
            score(s, layout, block, tensors.q, scratch.keys, input.mask, scores);
            const std::int64_t seen = s.causal && layout.tables == 0 ? std::min(s.keys, block.end) : layout.columns;
            loops().multiply({scores, layout.row, 1, scratch.values, layout.dim,
                              dst + (sample * s.queries + i) * width + head * s.dim, width, block.end - i, s.dim,
                              seen});
        }
    });
}

}  // namespace hpnas::kernel

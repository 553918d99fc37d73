#include <omp.h>

#include <algorithm>

#include "attention_layout.hpp"
#include "hpnas/kernel/attention.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Copies of one head and the gradient of its scores.
struct BackwardScratch {
    float *values, *keys, *queries, *diff_dst, *diff_scores;

    static std::int64_t floats(const AttentionShape& s, const AttentionLayout& layout) {
        return layout.transposed_floats(s) + layout.copied_floats() + s.queries * (2 * layout.dim + layout.row) +
               widest_vector;
    }
    BackwardScratch(const AttentionShape& s, const AttentionLayout& layout, float* memory)
        : values(memory),
          keys(values + layout.transposed_floats(s)),
          queries(keys + layout.copied_floats()),
          diff_dst(queries + s.queries * layout.dim),
          diff_scores(diff_dst + s.queries * layout.dim) {}
};

/// Heads whose gradients of the tables are summed one after the other; fixed by the shape.
constexpr std::int64_t most_groups = 64;
std::int64_t heads_per_group(const AttentionShape& s) {
    return s.max_distance == 0 ? 1 : (s.batch * s.heads + most_groups - 1) / most_groups;
}
std::int64_t groups(const AttentionShape& s) {
    return (s.batch * s.heads + heads_per_group(s) - 1) / heads_per_group(s);
}

/// Gradients of the four tables that one head gave last, and their sums over a group.
struct TableSums {
    float *one = nullptr, *sums = nullptr;

    std::int64_t count = 0;

    static std::int64_t floats(const AttentionShape& s) { return 4 * s.table_rows() * s.dim; }
    void add() const { loops().add(sums, one, sums, count); }
};

/// Scratch of every thread, then one TableSums per thread and one per group.
struct Workspace {
    const AttentionShape& s;
    const AttentionLayout& layout;
    float* memory;

    static std::int64_t floats(const AttentionShape& s, const AttentionLayout& layout) {
        return omp_get_max_threads() * (BackwardScratch::floats(s, layout) + TableSums::floats(s)) +
               groups(s) * TableSums::floats(s);
    }
    BackwardScratch scratch() const {
        return {s, layout, memory + omp_get_thread_num() * BackwardScratch::floats(s, layout)};
    }
    float* tables(std::int64_t index) const {
        return memory + omp_get_max_threads() * BackwardScratch::floats(s, layout) + index * TableSums::floats(s);
    }
    TableSums sums(std::int64_t group) const {
        return {tables(groups(s) + omp_get_thread_num()), tables(group), TableSums::floats(s)};
    }
};

/// Gradient of the scores of all queries, and that of the queries.
void differentiate_scores(const AttentionShape& s, const AttentionLayout& layout, const BackwardScratch& scratch,
                          const float* probabilities, HeadRows<float> diff_q) {
    for (std::int64_t begin = 0; begin < s.queries; begin += queries_per_block) {
        const std::int64_t end = std::min(s.queries, begin + queries_per_block);
        float* diff = scratch.diff_scores + begin * layout.row;
        loops().multiply({scratch.diff_dst + begin * layout.dim, layout.dim, 1, scratch.values, layout.row, diff,
                          layout.row, end - begin, layout.columns, s.dim});
        for (std::int64_t i = begin; i < end; ++i) {
            float* row = scratch.diff_scores + i * layout.row;
            if (layout.tables > 0) loops().add_positions(position_row(s, layout, row, i));
            loops().softmax_backward(probabilities + i * layout.row, row, s.scale(), s.keys);
            if (layout.tables == 0) continue;
            std::fill(row + s.keys, row + layout.padded_keys, 0.0F);  // the product had no values for them
            loops().sum_positions(position_row(s, layout, row, i));
        }
        loops().multiply({diff, layout.row, 1, scratch.keys, layout.dim, diff_q.data + begin * diff_q.row, diff_q.row,
                          end - begin, s.dim, layout.columns});
    }
}

/// diff = scores^T * rows over the queries, for the keys and, behind them, the tables.
void sum_over_queries(const AttentionShape& s, const AttentionLayout& layout, const float* scores, const float* rows,
                      HeadRows<float> diff, float* diff_tables) {
    loops().multiply({scores, 1, layout.row, rows, layout.dim, diff.data, diff.row, s.keys, s.dim, s.queries});
    if (layout.tables > 0)
        loops().multiply({scores + layout.padded_keys, 1, layout.row, rows, layout.dim, diff_tables, s.dim,
                          layout.tables, s.dim, s.queries});
}

}  // namespace

std::size_t Attention::workspace_bytes() const noexcept {
    const AttentionLayout layout(shape_);
    const AttentionShape& s = shape_;
    const std::int64_t backward = s.training ? Workspace::floats(s, layout) : 0;
    return std::max(forward_bytes(), static_cast<std::size_t>(backward) * sizeof(float));
}

void Attention::backward(const AttentionInput& input, const float* saved, const float* diff_dst,
                         const AttentionGradients& gradients, void* workspace) const {
    const AttentionShape& s = shape_;
    const AttentionLayout layout(s);
    const Workspace memory{s, layout, static_cast<float*>(workspace)};
    const std::int64_t width = s.heads * s.dim;
    for_blocks(s.batch * s.heads, heads_per_group(s), [&](std::int64_t first, std::int64_t last) {
        const BackwardScratch scratch = memory.scratch();
        const TableSums sums = memory.sums(first / heads_per_group(s));
        std::fill_n(sums.sums, sums.count, 0.0F);
        for (std::int64_t item = first; item < last; ++item) {
            const std::int64_t head = item % s.heads, sample = item / s.heads;
            const HeadTensors<const float> tensors = head_tensors(s, input.src, input.memory, sample, head);
            const HeadTensors<float> diff = head_tensors(s, gradients.src, gradients.memory, sample, head);
            const float* probabilities = saved + item * s.queries * layout.row;
            transpose_head(s, layout, tensors.v, input.tables.data() + 2, scratch.values);
            copy_head(s, layout, tensors.k, input.tables.data(), scratch.keys);
            loops().copy_rows({tensors.q.data, tensors.q.row, s.queries, s.dim, scratch.queries, layout.dim});
            loops().copy_rows({diff_dst + sample * s.queries * width + head * s.dim, width, s.queries, s.dim,
                               scratch.diff_dst, layout.dim});
            differentiate_scores(s, layout, scratch, probabilities, diff.q);
            sum_over_queries(s, layout, scratch.diff_scores, scratch.queries, diff.k, sums.one);
            sum_over_queries(s, layout, probabilities, scratch.diff_dst, diff.v, sums.one + sums.count / 2);
            if (layout.tables > 0) sums.add();
        }
    });
    const std::int64_t table = s.table_rows() * s.dim;
    for (std::int64_t i = 0; i < 4 * table; ++i) {
        double total = 0;
        for (std::int64_t g = 0; g < groups(s); ++g) total += static_cast<double>(memory.tables(g)[i]);
        gradients.tables[static_cast<std::size_t>(i / table)][i % table] = static_cast<float>(total);
    }
}

}  // namespace hpnas::kernel

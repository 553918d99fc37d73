#pragma once
#include <cstdint>
#include <hpnas/kernel/activation.hpp>
#include <hpnas/kernel/layer_norm.hpp>
#include <hpnas/kernel/pooling.hpp>
#include <hpnas/kernel/row_products.hpp>

/// The hot loops of everything but convolutions: single-threaded, compiled once per instruction set (loops_avx512.cpp,
/// ...), one of which is chosen when the program runs. Pointers need no alignment. Names and in-place rules are those
/// of the public headers.
namespace hpnas::kernel {

/// Elements [begin, begin + count) of a dropout call; begin is even. Drops where the draw is below `threshold`.
struct DropoutRange {
    std::uint32_t key_low, key_high, threshold;
    float factor;
    std::int64_t begin, count;
};

/// Elements [begin, begin + count) of a tensor of normal values; begin is a multiple of normal_group.
constexpr int normal_group = 32;
struct NormalRange {
    std::uint32_t key_low, key_high;
    float deviation;
    std::int64_t begin, count;
};

/// The first `count` draws of an Rng, as uniform values; its counter is {block, purpose, id_low, id_high}.
struct UniformRange {
    std::uint32_t key_low, key_high, purpose, id_low, id_high;
    double low, width;
    std::int64_t count;
};

/// Rows of `width` floats that share their per-column constants; `count` floats in all, of which the last row may be
/// incomplete. Constants have padded_width(width) floats, zero beyond `width`.
struct Rows {
    std::int64_t count, width;
};
constexpr std::int64_t widest_vector = 16;
constexpr std::int64_t padded_width(std::int64_t width) noexcept {
    return (width + widest_vector - 1) / widest_vector * widest_vector;
}

/// x = (src - mean) * scale + shift + residual is the input of the activation; residual may be null.
struct NormaliseConstants {
    const float* mean = nullptr;
    const float* scale = nullptr;
    const float* shift = nullptr;
};
struct Normalise {
    Activation activation = Activation::none;  ///< none, relu or swish
    NormaliseConstants constants;
    const float* src = nullptr;
    const float* residual = nullptr;
    float* dst = nullptr;
};
/// Gradient d with respect to x above: d = diff_dst * f'(x). Two steps, so that the second can use the sums of the
/// first; reduce() keeps d unless it is cheap to find again.
struct NormaliseBackward {
    Activation activation = Activation::none;
    bool residual_added = false;
    NormaliseConstants constants;
    const float* src = nullptr;
    const float* dst = nullptr;       ///< relu with residual
    const float* residual = nullptr;  ///< swish with residual
    const float* diff_dst = nullptr;
    float* diff = nullptr;  ///< receives d with residual or swish; may be diff_dst
    float* sums = nullptr;  ///< receives the column sums of d and of d * (src - mean), one after the other
};
/// diff_src = scale * (d + offset) + slope * (src - mean).
struct NormaliseGradient {
    bool relu = false;  ///< d is `diff` where (src - mean) * scale + shift > 0 and 0 elsewhere; otherwise d is `diff`
    NormaliseConstants constants;
    const float* slope = nullptr;
    const float* offset = nullptr;
    const float* src = nullptr;
    const float* diff = nullptr;
    float* diff_src = nullptr;  ///< may be diff
};

/// Channels [channel_begin, channel_end) of one image of Pooling.
struct PoolingPart {
    const PoolingShape* shape = nullptr;
    std::int64_t out_h = 0, out_w = 0;
    std::int64_t row_begin = 0, row_end = 0;  ///< of dst
    std::int64_t channel_begin = 0, channel_end = 0;
    const float* src = nullptr;
    float* dst = nullptr;
    const float* diff_dst = nullptr;
    float* diff_src = nullptr;
};

/// out [columns] = sum over i < n of factors[i * factor_step] * vectors[i * vector_step + column].
struct Combination {
    const float* factors;
    std::int64_t factor_step;
    const float* vectors;
    std::int64_t vector_step, n, columns;
};

/// C [m, n] = A [m, k] * B [k, n] + bias [n] + residual [m, n]; element (i, p) of A lies at a[i * a_row + p *
/// a_column], rows of B, C and residual are contiguous. B and bias are read, and may hold anything, up to
/// padded_width(n) columns.
struct BlockProduct {
    const float* a;
    std::int64_t a_row, a_column;
    const float* b;
    std::int64_t b_row;
    float* c;
    std::int64_t c_row, m, n, k;
    const float* bias = nullptr;      ///< null: zero
    const float* residual = nullptr;  ///< rows c_row floats apart, may be c; null: zero
};

/// src [rows, columns] whose rows are src_row floats apart, to dst.
struct MatrixCopy {
    const float* src;
    std::int64_t src_row, rows, columns;
    float* dst;
    std::int64_t dst_row;
};

/// Logits row [keys], replaced by probabilities softmax(scale * row); zeros from `keys` to `width`.
struct Softmax {
    float* row;
    const float* keep;  ///< [keys]: > 0.5 where a key counts; null: all do
    float scale;
    std::int64_t keys, width;
};

/// What relative positions change in the row of one query. Tokens 1, 2, ... lie on a grid `side` wide; `ends` holds one
/// value per row of the vertical and then of the horizontal table, 2 * most + 2 each.
struct PositionRow {
    float* row;  ///< [1 + tokens]
    float* ends;
    std::int64_t side, tokens, most, query;
};
constexpr std::int64_t widest_grid = 256;

/// A few options of a weighted sum side by side, so that the ways to memory of several tensors overlap.
struct WeightedTerms {
    static constexpr int most = 4;
    int n = 0;
    const float* src[most];
    float weights[most];
    float* diff_src[most];  ///< backward only
    float products[most];   ///< out, backward only: of src and the gradient
};

struct Loops {
    const char* name;
    /// Columns of B that multiply() reads side by side: B is fastest in panels [k, panel]. A multiple of widest_vector.
    std::int64_t panel;
    void (*activation_forward)(Activation kind, const float* src, float* dst, std::int64_t n);
    void (*activation_backward)(Activation kind, const float* src, const float* diff_dst, float* diff_src,
                                std::int64_t n);
    void (*add)(const float* a, const float* b, float* dst, std::int64_t n);
    /// dst = factor * src + residual; residual may be null.
    void (*scale)(float factor, const float* src, const float* residual, float* dst, std::int64_t n);
    /// dst [n] = residual + sum of weights * src; residual may be null.
    void (*weighted_sum)(const WeightedTerms& terms, const float* residual, float* dst, std::int64_t n);
    /// diff_src = weight * diff [n], and products.
    void (*weighted_sum_backward)(WeightedTerms& terms, const float* diff, std::int64_t n);
    void (*dropout)(const DropoutRange& range, const float* src, float* dst);
    void (*normal)(const NormalRange& range, float* dst);
    void (*uniform)(const UniformRange& range, float* dst);

    /// Column sums of (src - shift) and of its squares, [padded_width] each.
    void (*sums)(Rows rows, const float* src, const float* shift, float* sum, float* squares);
    /// totals [n] += x [n].
    void (*accumulate)(const float* x, double* totals, std::int64_t n);
    void (*normalise)(Rows rows, const Normalise& args);
    void (*reduce)(Rows rows, const NormaliseBackward& args);
    void (*differentiate)(Rows rows, const NormaliseGradient& args);

    /// sum [width] = column sums of a, or of a * b unless b is null. Rows are complete.
    void (*column_sums)(Rows rows, const float* a, const float* b, float* sum);
    /// dst = src * factors + offsets [width]; offsets may be null. Rows are complete.
    void (*scale_columns)(Rows rows, const float* src, const float* factors, const float* offsets, float* dst);
    /// out [rows] = matrix [rows, columns] * x + bias; bias may be null.
    void (*matrix_vector)(Rows matrix_shape, const float* matrix, const float* x, const float* bias, float* out);
    void (*combine)(const Combination& args, float* out);

    void (*pool_forward)(const PoolingPart& part);
    void (*pool_backward)(const PoolingPart& part);

    void (*multiply)(const BlockProduct& product);
    void (*add_row_products)(const RowProducts& args);
    /// dst [columns, rows]; rows of dst are written, with zeros, up to padded_width(rows).
    void (*transpose)(const MatrixCopy& copy);
    /// dst [rows, columns]; rows of dst are written, with zeros, up to padded_width(columns).
    void (*copy_rows)(const MatrixCopy& copy);
    void (*softmax)(const Softmax& row);
    /// diff [keys] = scale * probabilities * (diff - sum of probabilities * diff).
    void (*softmax_backward)(const float* probabilities, float* diff, float scale, std::int64_t keys);
    /// row[j] += ends of the table rows that (query, j) belongs to.
    void (*add_positions)(const PositionRow& args);
    /// ends = sums of row over the keys that belong to each table row.
    void (*sum_positions)(const PositionRow& args);
    void (*layer_norm_forward)(const LayerNormShape& shape, const LayerNormForward& args);
    /// Adds to diff_gamma and diff_beta.
    void (*layer_norm_backward)(const LayerNormShape& shape, const LayerNormBackward& args);
};

extern const Loops loops_avx512, loops_avx2, loops_baseline;

/// The best that this machine can run.
const Loops& loops() noexcept;

}  // namespace hpnas::kernel

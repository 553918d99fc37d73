#include "hpnas/kernel/batch_norm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "parallel.hpp"
#include "simd.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::int64_t most_blocks = 64;
constexpr std::int64_t least_block_elements = 1 << 13;

/// The fixed partition of the rows over which partial sums are taken.
struct RowBlocks {
    std::int64_t rows, rows_per_block, n_blocks;
    explicit RowBlocks(const BatchNormShape& s) : rows(s.rows) {
        const std::int64_t wanted = std::clamp<std::int64_t>(s.rows * s.channels / least_block_elements, 1, most_blocks);
        rows_per_block = (s.rows + wanted - 1) / wanted;
        n_blocks = (s.rows + rows_per_block - 1) / rows_per_block;
    }
    std::int64_t begin(std::int64_t block) const { return block * rows_per_block; }
    std::int64_t size(std::int64_t block) const { return std::min(rows, begin(block) + rows_per_block) - begin(block); }
};

/// Sum and sum of squares of (src - shift) over rows; `shift` is the block's first row, which keeps the squares small.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void sums_of_block(const float* src, std::int64_t rows, std::int64_t channels, float* sum, float* squares) {
    std::fill_n(sum, channels, 0.0F);
    std::fill_n(squares, channels, 0.0F);
    for (std::int64_t r = 1; r < rows; ++r) {
        const float* row = src + r * channels;
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
            const float x = row[c] - src[c];
            sum[c] += x;
            squares[c] += x * x;
        }
    }
}

template <Activation activation>
[[gnu::always_inline]] inline float activate(float x) {
    if constexpr (activation == Activation::relu) return x < 0.0F ? 0.0F : x;  // NaN stays NaN
    if constexpr (activation == Activation::swish) return x * fast_sigmoid(x);
    return x;
}

/// dst = f(scale * src + shift + residual) over rows.
template <Activation activation, bool residual>
[[gnu::always_inline]] inline void apply_rows(const BatchNormForward& a, const float* scale, const float* shift, std::int64_t begin,
                                              std::int64_t rows, std::int64_t channels) {
    for (std::int64_t r = begin; r < begin + rows; ++r) {
        const float* src = a.src + r * channels;
        const float* added = residual ? a.residual + r * channels : nullptr;
        float* dst = a.dst + r * channels;
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
            float x = src[c] * scale[c] + shift[c];
            if constexpr (residual) x += added[c];
            dst[c] = activate<activation>(x);
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void apply_block(const BatchNormShape& s, const BatchNormForward& a, const float* scale, const float* shift, std::int64_t begin,
                 std::int64_t rows) {
    const std::int64_t channels = s.channels;
    if (s.residual) {
        if (s.activation == Activation::relu) apply_rows<Activation::relu, true>(a, scale, shift, begin, rows, channels);
        if (s.activation == Activation::swish) apply_rows<Activation::swish, true>(a, scale, shift, begin, rows, channels);
        if (s.activation == Activation::none) apply_rows<Activation::none, true>(a, scale, shift, begin, rows, channels);
    } else {
        if (s.activation == Activation::relu) apply_rows<Activation::relu, false>(a, scale, shift, begin, rows, channels);
        if (s.activation == Activation::swish) apply_rows<Activation::swish, false>(a, scale, shift, begin, rows, channels);
        if (s.activation == Activation::none) apply_rows<Activation::none, false>(a, scale, shift, begin, rows, channels);
    }
}

void apply(const BatchNormShape& s, const BatchNormForward& args, const float* scale, const float* shift) {
    const RowBlocks blocks(s);
    for_blocks(blocks.n_blocks, 1,
               [&](std::int64_t b, std::int64_t) { apply_block(s, args, scale, shift, blocks.begin(b), blocks.size(b)); });
}

/// Gradient with respect to the activation's input x, which is recomputed (swish) or whose sign is read off dst or x (relu).
template <Activation activation>
[[gnu::always_inline]] inline float through_activation(float diff, float x) {
    if constexpr (activation == Activation::relu) return x <= 0.0F ? 0.0F : diff;
    if constexpr (activation == Activation::swish) {
        const float s = fast_sigmoid(x);
        return diff * (s + x * s * (1.0F - s));
    }
    return diff;
}

/// Per-channel constants of a backward call.
struct Channels {
    const float* mean;
    const float* inv_std;
    const float* scale;  ///< gamma * inv_std
    const float* shift;  ///< beta - mean * scale
};

/// Input of the activation at one element, as far as its derivative needs it.
template <Activation activation, bool residual>
[[gnu::always_inline]] inline float activation_input(const BatchNormBackward& a, const Channels& k, std::int64_t i, std::int64_t c) {
    if constexpr (activation == Activation::none) return 0.0F;
    if constexpr (activation == Activation::relu && residual) return a.dst[i];
    const float x = a.src[i] * k.scale[c] + k.shift[c];
    if constexpr (residual) return x + a.residual[i];
    return x;
}

template <Activation activation, bool residual>
[[gnu::always_inline]] inline void reduce_rows(const BatchNormBackward& a, const Channels& k, std::int64_t begin, std::int64_t rows,
                                               std::int64_t channels, float* diff_beta, float* diff_gamma) {
    std::fill_n(diff_beta, channels, 0.0F);
    std::fill_n(diff_gamma, channels, 0.0F);
    for (std::int64_t r = begin; r < begin + rows; ++r) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
            const std::int64_t i = r * channels + c;
            const float diff = through_activation<activation>(a.diff_dst[i], activation_input<activation, residual>(a, k, i, c));
            diff_beta[c] += diff;
            diff_gamma[c] += diff * (a.src[i] - k.mean[c]);
        }
    }
}

/// diff_src = scale * diff + slope * src + offset, which holds the two corrections through the statistics.
template <Activation activation, bool residual>
[[gnu::always_inline]] inline void diff_rows(const BatchNormBackward& a, const Channels& k, std::int64_t begin, std::int64_t rows,
                                             std::int64_t channels, const float* slope, const float* offset) {
    for (std::int64_t r = begin; r < begin + rows; ++r) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
            const std::int64_t i = r * channels + c;
            const float diff = through_activation<activation>(a.diff_dst[i], activation_input<activation, residual>(a, k, i, c));
            const float diff_src = k.scale[c] * diff + slope[c] * a.src[i] + offset[c];
            if constexpr (residual) a.diff_residual[i] = diff;
            a.diff_src[i] = diff_src;
        }
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void reduce_block(const BatchNormShape& s, const BatchNormBackward& a, const Channels& k, std::int64_t begin, std::int64_t rows,
                  float* sums) {
    float* beta = sums;
    float* gamma = sums + s.channels;
    if (s.residual) {
        if (s.activation == Activation::relu) reduce_rows<Activation::relu, true>(a, k, begin, rows, s.channels, beta, gamma);
        if (s.activation == Activation::swish) reduce_rows<Activation::swish, true>(a, k, begin, rows, s.channels, beta, gamma);
        if (s.activation == Activation::none) reduce_rows<Activation::none, true>(a, k, begin, rows, s.channels, beta, gamma);
    } else {
        if (s.activation == Activation::relu) reduce_rows<Activation::relu, false>(a, k, begin, rows, s.channels, beta, gamma);
        if (s.activation == Activation::swish) reduce_rows<Activation::swish, false>(a, k, begin, rows, s.channels, beta, gamma);
        if (s.activation == Activation::none) reduce_rows<Activation::none, false>(a, k, begin, rows, s.channels, beta, gamma);
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void diff_block(const BatchNormShape& s, const BatchNormBackward& a, const Channels& k, std::int64_t begin, std::int64_t rows,
                const float* corrections) {
    const float* slope = corrections;
    const float* offset = corrections + s.channels;
    if (s.residual) {
        if (s.activation == Activation::relu) diff_rows<Activation::relu, true>(a, k, begin, rows, s.channels, slope, offset);
        if (s.activation == Activation::swish) diff_rows<Activation::swish, true>(a, k, begin, rows, s.channels, slope, offset);
        if (s.activation == Activation::none) diff_rows<Activation::none, true>(a, k, begin, rows, s.channels, slope, offset);
    } else {
        if (s.activation == Activation::relu) diff_rows<Activation::relu, false>(a, k, begin, rows, s.channels, slope, offset);
        if (s.activation == Activation::swish) diff_rows<Activation::swish, false>(a, k, begin, rows, s.channels, slope, offset);
        if (s.activation == Activation::none) diff_rows<Activation::none, false>(a, k, begin, rows, s.channels, slope, offset);
    }
}

/// Workspace: scale, shift, slope, offset, inverse standard deviation [channels] each, then partial sums [blocks, 2, channels].
constexpr std::int64_t vectors_before_sums = 5;

/// Backward in both modes. @param through_statistics  mean and variance depend on src
void backward(const BatchNormShape& s, const BatchNormBackward& a, const float* inv_std, bool through_statistics, float* workspace) {
    const std::int64_t channels = s.channels;
    float* scale = workspace;
    float* shift = scale + channels;
    float* slope = shift + channels;
    float* offset = slope + channels;
    float* sums = workspace + vectors_before_sums * channels;
    for (std::int64_t c = 0; c < channels; ++c) {
        scale[c] = a.gamma[c] * inv_std[c];
        shift[c] = a.beta[c] - a.mean[c] * scale[c];
    }
    const Channels constants{a.mean, inv_std, scale, shift};
    const RowBlocks blocks(s);
    for_blocks(blocks.n_blocks, 1, [&](std::int64_t b, std::int64_t) {
        reduce_block(s, a, constants, blocks.begin(b), blocks.size(b), sums + b * 2 * channels);
    });
    const auto rows = static_cast<double>(s.rows);
    for (std::int64_t c = 0; c < channels; ++c) {
        double beta = 0, centred = 0;
        for (std::int64_t b = 0; b < blocks.n_blocks; ++b) {
            beta += sums[b * 2 * channels + c];
            centred += sums[(b * 2 + 1) * channels + c];
        }
        const double gamma = centred * inv_std[c];
        a.diff_beta[c] = static_cast<float>(beta);
        a.diff_gamma[c] = static_cast<float>(gamma);
        const double k = through_statistics ? -scale[c] * inv_std[c] * gamma / rows : 0.0;
        slope[c] = static_cast<float>(k);
        offset[c] = static_cast<float>(through_statistics ? -scale[c] * beta / rows - k * a.mean[c] : 0.0);
    }
    for_blocks(blocks.n_blocks, 1, [&](std::int64_t b, std::int64_t) {
        diff_block(s, a, constants, blocks.begin(b), blocks.size(b), slope);
    });
}

}  // namespace

BatchNorm::BatchNorm(const BatchNormShape& shape) : shape_(shape) {
    if (shape.rows < 1 || shape.channels < 1)
        throw ShapeError(fmt::format("batch_norm: sizes must be positive: {} rows, {} channels", shape.rows, shape.channels));
    if (shape.activation != Activation::none && shape.activation != Activation::relu && shape.activation != Activation::swish)
        throw ShapeError("batch_norm: only relu and swish can be fused");
}

std::size_t BatchNorm::workspace_bytes() const noexcept {
    const RowBlocks blocks(shape_);
    return static_cast<std::size_t>((vectors_before_sums + 2 * blocks.n_blocks) * shape_.channels) * sizeof(float);
}
bool BatchNorm::backward_needs_dst() const noexcept { return shape_.residual && shape_.activation == Activation::relu; }
bool BatchNorm::backward_needs_residual() const noexcept { return shape_.residual && shape_.activation == Activation::swish; }

void BatchNorm::forward_training(const BatchNormForward& args, void* workspace) const {
    const std::int64_t channels = shape_.channels;
    auto* scale = static_cast<float*>(workspace);
    float* shift = scale + channels;
    float* sums = scale + vectors_before_sums * channels;
    const RowBlocks blocks(shape_);
    for_blocks(blocks.n_blocks, 1, [&](std::int64_t b, std::int64_t) {
        float* block_sums = sums + b * 2 * channels;
        sums_of_block(args.src + blocks.begin(b) * channels, blocks.size(b), channels, block_sums, block_sums + channels);
    });
    for (std::int64_t c = 0; c < channels; ++c) {
        // Blocks are joined in order by the pairwise update of Chan, Golub, LeVeque (1983).
        double mean = 0, m2 = 0, count = 0;
        for (std::int64_t b = 0; b < blocks.n_blocks; ++b) {
            const auto n = static_cast<double>(blocks.size(b));
            const double sum = sums[b * 2 * channels + c];
            const double block_mean = args.src[blocks.begin(b) * channels + c] + sum / n;
            const double block_m2 = std::max(0.0, sums[(b * 2 + 1) * channels + c] - sum * sum / n);
            const double delta = block_mean - mean;
            m2 += block_m2 + delta * delta * count * n / (count + n);
            mean += delta * n / (count + n);
            count += n;
        }
        const double variance = m2 / count;
        const double inv_std = 1.0 / std::sqrt(variance + static_cast<double>(shape_.epsilon));
        args.mean[c] = static_cast<float>(mean);
        args.inv_std[c] = static_cast<float>(inv_std);
        scale[c] = static_cast<float>(args.gamma[c] * inv_std);
        shift[c] = static_cast<float>(args.beta[c] - mean * args.gamma[c] * inv_std);
        const float keep = 1.0F - shape_.momentum;
        if (args.running_mean != nullptr)
            args.running_mean[c] = keep * args.running_mean[c] + shape_.momentum * static_cast<float>(mean);
        if (args.running_variance != nullptr)
            args.running_variance[c] = keep * args.running_variance[c] +
                                       shape_.momentum * static_cast<float>(m2 / std::max(1.0, count - 1.0));
    }
    apply(shape_, args, scale, shift);
}

void BatchNorm::forward_evaluation(const BatchNormForward& args, void* workspace) const {
    auto* scale = static_cast<float*>(workspace);
    float* shift = scale + shape_.channels;
    for (std::int64_t c = 0; c < shape_.channels; ++c) {
        scale[c] = args.gamma[c] / std::sqrt(args.running_variance[c] + shape_.epsilon);
        shift[c] = args.beta[c] - args.running_mean[c] * scale[c];
    }
    apply(shape_, args, scale, shift);
}

void BatchNorm::backward_training(const BatchNormBackward& args, void* workspace) const {
    backward(shape_, args, args.inv_std, true, static_cast<float*>(workspace));
}

void BatchNorm::backward_evaluation(const BatchNormBackward& args, void* workspace) const {
    auto* vectors = static_cast<float*>(workspace);
    float* inv_std = vectors + 4 * shape_.channels;
    for (std::int64_t c = 0; c < shape_.channels; ++c) inv_std[c] = 1.0F / std::sqrt(args.inv_std[c] + shape_.epsilon);
    backward(shape_, args, inv_std, false, vectors);
}

void fold_batch_norm(const BatchNormFold& norm, float* weights, float* bias, std::int64_t channels, std::int64_t fan_in) {
    for (std::int64_t k = 0; k < channels; ++k) {
        const float factor = norm.gamma[k] / std::sqrt(norm.running_variance[k] + norm.epsilon);
        for (std::int64_t i = 0; i < fan_in; ++i) weights[k * fan_in + i] *= factor;
        bias[k] = norm.beta[k] + (bias[k] - norm.running_mean[k]) * factor;
    }
}

}  // namespace hpnas::kernel

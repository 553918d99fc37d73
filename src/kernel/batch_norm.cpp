#include "hpnas/kernel/batch_norm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::int64_t most_blocks = 64;
constexpr std::int64_t least_block_elements = 1 << 14;
constexpr std::int64_t narrowest_row = 64, row_unit = 32;  // four and two of the widest vectors

/// The fixed partition of the rows over which partial sums are taken.
struct RowBlocks {
    std::int64_t rows, rows_per_block, n_blocks;
    explicit RowBlocks(const BatchNormShape& s) : rows(s.rows) {
        const std::int64_t wanted =
            std::clamp<std::int64_t>(s.rows * s.channels / least_block_elements, 1, most_blocks);
        rows_per_block = (s.rows + wanted - 1) / wanted;
        n_blocks = (s.rows + rows_per_block - 1) / rows_per_block;
    }
    std::int64_t begin(std::int64_t block) const { return block * rows_per_block; }
    std::int64_t size(std::int64_t block) const { return std::min(rows, begin(block) + rows_per_block) - begin(block); }
};

/// Few channels are repeated side by side until they fill whole vectors: several rows of the tensor make one wide row
/// of the loops.
std::int64_t loop_width(std::int64_t channels) {
    if (channels >= narrowest_row) return channels;
    std::int64_t width = channels;
    while (width < narrowest_row || width % row_unit != 0) width += channels;
    return width;
}

/// The parts of the workspace. Constants are [padded], as wide as the rows of the loops.
struct Workspace {
    std::int64_t channels, width, padded, n_blocks;
    double *sums, *products;  ///< [padded], over all blocks
    float *mean, *scale, *shift, *slope, *offset, *inv_std;
    float* block_sums;  ///< [n_blocks, 2, padded]

    Workspace(const BatchNormShape& s, void* memory)
        : channels(s.channels),
          width(loop_width(s.channels)),
          padded(padded_width(width)),
          n_blocks(RowBlocks(s).n_blocks) {
        sums = static_cast<double*>(memory);
        products = sums + padded;
        mean = reinterpret_cast<float*>(products + padded);
        scale = mean + padded;
        shift = scale + padded;
        slope = shift + padded;
        offset = slope + padded;
        inv_std = offset + padded;
        block_sums = inv_std + padded;
    }
    std::size_t bytes() const { return static_cast<std::size_t>(padded * (2 * 2 + 6 + 2 * n_blocks)) * sizeof(float); }

    float* sums_of(std::int64_t block) const { return block_sums + block * 2 * padded; }
    /// Repeats the first `channels` floats up to `width`.
    void repeat(float* constants) const {
        for (std::int64_t i = channels; i < width; ++i) constants[i] = constants[i - channels];
        std::fill(constants + width, constants + padded, 0.0F);
    }
    /// Adds up the blocks in order, then the repetitions: sums and products [channels].
    void join_blocks() const {
        std::fill(sums, products + padded, 0.0);
        for (std::int64_t b = 0; b < n_blocks; ++b) loops().accumulate(sums_of(b), sums, 2 * padded);
        for (std::int64_t first = channels; first < width; first += channels)
            for (std::int64_t c = 0; c < channels; ++c) {
                sums[c] += sums[first + c];
                products[c] += products[first + c];
            }
    }
};

/// Mean of a few rows spread over the tensor: sums of squares around it lose no precision.
void guess_means(const BatchNormShape& s, const float* src, float* means) {
    const std::int64_t n = std::min<std::int64_t>(s.rows, 16);
    const float factor = 1.0F / static_cast<float>(n);
    std::fill_n(means, s.channels, 0.0F);
    for (std::int64_t i = 0; i < n; ++i) {
        const float* row = src + i * s.rows / n * s.channels;
        for (std::int64_t c = 0; c < s.channels; ++c) means[c] += row[c] * factor;
    }
}

/// Mean, deviation and running statistics from sums around `guess`; divisions, where they can be avoided, would take
/// half of the time of a small batch.
void finish_statistics(const BatchNormShape& s, const BatchNormForward& args, const float* guess, const Workspace& w) {
    const auto rows = static_cast<double>(s.rows);
    const double per_row = 1.0 / rows, unbiased = rows / std::max(1.0, rows - 1.0);
    const float keep = 1.0F - s.momentum;
    for (std::int64_t c = 0; c < s.channels; ++c) {
        const double shifted_mean = w.sums[c] * per_row;
        const double variance_or_below = w.products[c] * per_row - shifted_mean * shifted_mean;
        const double variance = variance_or_below < 0.0 ? 0.0 : variance_or_below;  // NaN stays NaN
        const double inv_std = 1.0 / std::sqrt(variance + static_cast<double>(s.epsilon));
        const auto mean = static_cast<float>(guess[c] + shifted_mean);
        args.mean[c] = w.mean[c] = mean;
        args.inv_std[c] = static_cast<float>(inv_std);
        w.scale[c] = static_cast<float>(args.gamma[c] * inv_std);
        w.shift[c] = args.beta[c];
        if (args.running_mean != nullptr) args.running_mean[c] = keep * args.running_mean[c] + s.momentum * mean;
        if (args.running_variance != nullptr)
            args.running_variance[c] =
                keep * args.running_variance[c] + s.momentum * static_cast<float>(variance * unbiased);
    }
}

void normalise(const BatchNormShape& s, const BatchNormForward& args, const Workspace& w) {
    w.repeat(w.mean);
    w.repeat(w.scale);
    w.repeat(w.shift);
    const RowBlocks blocks(s);
    for_blocks(blocks.n_blocks, 1, [&](std::int64_t b, std::int64_t) {
        const std::int64_t at = blocks.begin(b) * s.channels;
        const float* residual = s.residual ? args.residual + at : nullptr;
        loops().normalise({blocks.size(b) * s.channels, w.width},
                          {s.activation, {w.mean, w.scale, w.shift}, args.src + at, residual, args.dst + at});
    });
}

/// Where the gradient with respect to the activation's input is kept between the two steps of backward.
float* kept_gradient(const BatchNormShape& s, const BatchNormBackward& a) {
    if (s.residual) return a.diff_residual;
    return s.activation == Activation::swish ? a.diff_src : nullptr;
}

void reduce_block(const BatchNormShape& s, const BatchNormBackward& a, const Workspace& w, std::int64_t block) {
    const std::int64_t at = RowBlocks(s).begin(block) * s.channels;
    NormaliseBackward args{
        .activation = s.activation, .residual_added = s.residual, .constants = {w.mean, w.scale, w.shift}};
    args.src = a.src + at;
    if (s.residual && s.activation == Activation::relu) args.dst = a.dst + at;
    if (s.residual && s.activation == Activation::swish) args.residual = a.residual + at;
    args.diff_dst = a.diff_dst + at;
    if (float* kept = kept_gradient(s, a)) args.diff = kept + at;
    args.sums = w.sums_of(block);
    loops().reduce({RowBlocks(s).size(block) * s.channels, w.width}, args);
}

void differentiate_block(const BatchNormShape& s, const BatchNormBackward& a, const Workspace& w, std::int64_t block) {
    const std::int64_t at = RowBlocks(s).begin(block) * s.channels;
    const float* kept = kept_gradient(s, a);
    NormaliseGradient args{.relu = kept == nullptr && s.activation == Activation::relu,
                           .constants = {w.mean, w.scale, w.shift}};
    args.slope = w.slope;
    args.offset = w.offset;
    args.src = a.src + at;
    args.diff = (kept == nullptr ? a.diff_dst : kept) + at;
    args.diff_src = a.diff_src + at;
    loops().differentiate({RowBlocks(s).size(block) * s.channels, w.width}, args);
}

/// Gradients of gamma and beta, and what the gradient of src needs of them. @param through_statistics  mean and
/// variance depend on src
void finish_sums(const BatchNormShape& s, const BatchNormBackward& a, const float* inv_std, bool through_statistics,
                 const Workspace& w) {
    w.join_blocks();
    const double per_row = 1.0 / static_cast<double>(s.rows);
    for (std::int64_t c = 0; c < s.channels; ++c) {
        const double gamma = w.products[c] * inv_std[c];
        a.diff_beta[c] = static_cast<float>(w.sums[c]);
        a.diff_gamma[c] = static_cast<float>(gamma);
        w.slope[c] = through_statistics ? static_cast<float>(-w.scale[c] * inv_std[c] * gamma * per_row) : 0.0F;
        w.offset[c] = through_statistics ? static_cast<float>(-w.sums[c] * per_row) : 0.0F;
    }
    w.repeat(w.slope);
    w.repeat(w.offset);
}

void backward(const BatchNormShape& s, const BatchNormBackward& a, const float* inv_std, bool through_statistics,
              const Workspace& w) {
    for (std::int64_t c = 0; c < s.channels; ++c) {
        w.mean[c] = a.mean[c];
        w.scale[c] = a.gamma[c] * inv_std[c];
        w.shift[c] = a.beta[c];
    }
    w.repeat(w.mean);
    w.repeat(w.scale);
    w.repeat(w.shift);
    for_blocks(w.n_blocks, 1, [&](std::int64_t b, std::int64_t) { reduce_block(s, a, w, b); });
    finish_sums(s, a, inv_std, through_statistics, w);
    for_blocks(w.n_blocks, 1, [&](std::int64_t b, std::int64_t) { differentiate_block(s, a, w, b); });
}

}  // namespace

BatchNorm::BatchNorm(const BatchNormShape& shape) : shape_(shape) {
    if (shape.rows < 1 || shape.channels < 1)
        throw ShapeError(
            fmt::format("batch_norm: sizes must be positive: {} rows, {} channels", shape.rows, shape.channels));
    if (shape.activation != Activation::none && shape.activation != Activation::relu &&
        shape.activation != Activation::swish)
        throw ShapeError("batch_norm: only relu and swish can be fused");
}

std::size_t BatchNorm::workspace_bytes() const noexcept { return Workspace(shape_, nullptr).bytes(); }
bool BatchNorm::backward_needs_dst() const noexcept { return shape_.residual && shape_.activation == Activation::relu; }
bool BatchNorm::backward_needs_residual() const noexcept {
    return shape_.residual && shape_.activation == Activation::swish;
}

void BatchNorm::forward_training(const BatchNormForward& args, void* workspace) const {
    const BatchNormShape& s = shape_;
    const Workspace w(s, workspace);
    float* guess = w.slope;
    guess_means(s, args.src, guess);
    w.repeat(guess);
    const RowBlocks blocks(s);
    for_blocks(blocks.n_blocks, 1, [&](std::int64_t b, std::int64_t) {
        loops().sums({blocks.size(b) * s.channels, w.width}, args.src + blocks.begin(b) * s.channels, guess,
                     w.sums_of(b), w.sums_of(b) + w.padded);
    });
    w.join_blocks();
    finish_statistics(s, args, guess, w);
    normalise(s, args, w);
}

void BatchNorm::forward_evaluation(const BatchNormForward& args, void* workspace) const {
    const Workspace w(shape_, workspace);
    for (std::int64_t c = 0; c < shape_.channels; ++c) {
        w.mean[c] = args.running_mean[c];
        w.scale[c] = args.gamma[c] / std::sqrt(args.running_variance[c] + shape_.epsilon);
        w.shift[c] = args.beta[c];
    }
    normalise(shape_, args, w);
}

void BatchNorm::backward_training(const BatchNormBackward& args, void* workspace) const {
    backward(shape_, args, args.inv_std, true, Workspace(shape_, workspace));
}

void BatchNorm::backward_evaluation(const BatchNormBackward& args, void* workspace) const {
    const Workspace w(shape_, workspace);
    for (std::int64_t c = 0; c < shape_.channels; ++c)
        w.inv_std[c] = 1.0F / std::sqrt(args.inv_std[c] + shape_.epsilon);
    backward(shape_, args, w.inv_std, false, w);
}

void fold_batch_norm(const BatchNormFold& norm, float* weights, float* bias, std::int64_t channels,
                     std::int64_t fan_in) {
    for (std::int64_t k = 0; k < channels; ++k) {
        const float factor = norm.gamma[k] / std::sqrt(norm.running_variance[k] + norm.epsilon);
        for (std::int64_t i = 0; i < fan_in; ++i) weights[k * fan_in + i] *= factor;
        bias[k] = norm.beta[k] + (bias[k] - norm.running_mean[k]) * factor;
    }
}

}  // namespace hpnas::kernel

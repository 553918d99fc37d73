#include "hpnas/kernel/token_convolution.hpp"

#include <array>
#include <cmath>

#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Channels whose sums one task keeps.
constexpr std::int64_t channels_per_task = 64;

/// The taps [first, end) of a kernel around `position` that fall into a sequence.
struct Taps {
    std::int64_t first, end;
    Taps(std::int64_t position, std::int64_t tokens, std::int64_t kernel)
        : first(std::max<std::int64_t>(0, kernel / 2 - position)),
          end(std::min(kernel, tokens + kernel / 2 - position)) {}
};

/// Positions that are worth a task of their own.
std::int64_t positions_per_block(std::int64_t c, std::int64_t kernel) {
    return std::max<std::int64_t>(1, elements_per_block / (4 * c * kernel));
}

/// Where a head stands at a position.
struct Heads {
    const DynamicConvolutionShape& shape;
    std::int64_t value(std::int64_t n, std::int64_t l, std::int64_t h) const {
        return ((n * shape.tokens + l) * shape.heads + h) * shape.dim;
    }
    std::int64_t logit(std::int64_t n, std::int64_t l, std::int64_t h) const {
        return ((n * shape.tokens + l) * shape.heads + h) * shape.kernel;
    }
};

using Kernel = std::array<float, max_dynamic_kernel>;

Kernel softmax(const float* logits, std::int64_t count) {
    Kernel p{};
    const float most = *std::max_element(logits, logits + count);
    float sum = 0;
    for (std::int64_t j = 0; j < count; ++j) sum += p[static_cast<std::size_t>(j)] = std::exp(logits[j] - most);
    for (std::int64_t j = 0; j < count; ++j) p[static_cast<std::size_t>(j)] /= sum;
    return p;
}

/// Backward of one sample's head: nothing else writes to its columns.
void head_backward(const DynamicConvolutionShape& s, const DynamicConvolutionBackward& args, std::int64_t n,
                   std::int64_t h) {
    const Heads at{s};
    for (std::int64_t l = 0; l < s.tokens; ++l) std::fill_n(args.diff_values + at.value(n, l, h), s.dim, 0.0F);
    for (std::int64_t l = 0; l < s.tokens; ++l) {
        const float* diff = args.diff_dst + at.value(n, l, h);
        const Kernel p = softmax(args.logits + at.logit(n, l, h), s.kernel);
        Kernel slope{};  // of p; 0 beyond the ends
        float mean = 0;
        const Taps taps(l, s.tokens, s.kernel);
        for (std::int64_t j = taps.first; j < taps.end; ++j) {
            const auto tap = static_cast<std::size_t>(j);
            const std::int64_t row = at.value(n, l + j - s.kernel / 2, h);
            float sum = 0;
            for (std::int64_t d = 0; d < s.dim; ++d) {
                sum += diff[d] * args.values[row + d];
                args.diff_values[row + d] += p[tap] * diff[d];
            }
            slope[tap] = sum;
            mean += p[tap] * sum;
        }
        float* diff_logits = args.diff_logits + at.logit(n, l, h);
        for (std::int64_t j = 0; j < s.kernel; ++j) {
            const auto tap = static_cast<std::size_t>(j);
            diff_logits[j] = p[tap] * (slope[tap] - mean);
        }
    }
}

}  // namespace

void token_convolution(const TokenConvolutionShape& s, const float* src, const float* weights, float* dst) {
    for_blocks(s.n * s.tokens, positions_per_block(s.c, s.kernel), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            float* out = dst + row * s.c;
            std::fill_n(out, s.c, 0.0F);
            const Taps taps(row % s.tokens, s.tokens, s.kernel);
            for (std::int64_t j = taps.first; j < taps.end; ++j) {
                const float *in = src + (row + j - s.kernel / 2) * s.c, *w = weights + j * s.c;
                for (std::int64_t c = 0; c < s.c; ++c) out[c] += w[c] * in[c];
            }
        }
    });
}

void token_convolution_backward_data(const TokenConvolutionShape& s, const float* diff_dst, const float* weights,
                                     float* diff_src) {
    for_blocks(s.n * s.tokens, positions_per_block(s.c, s.kernel), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t row = begin; row < end; ++row) {
            float* out = diff_src + row * s.c;
            std::fill_n(out, s.c, 0.0F);
            // Position m was tap j of position m - j + k / 2: the same taps with the kernel turned round.
            const Taps taps(row % s.tokens, s.tokens, s.kernel);
            for (std::int64_t j = taps.first; j < taps.end; ++j) {
                const float *in = diff_dst + (row + j - s.kernel / 2) * s.c, *w = weights + (s.kernel - 1 - j) * s.c;
                for (std::int64_t c = 0; c < s.c; ++c) out[c] += w[c] * in[c];
            }
        }
    });
}

void token_convolution_backward_weights(const TokenConvolutionShape& s, const float* src, const float* diff_dst,
                                        float* diff_weights) {
    const std::int64_t groups = (s.c + channels_per_task - 1) / channels_per_task;
    for_blocks(groups * s.kernel, 1, [=](std::int64_t task, std::int64_t) {
        const std::int64_t j = task / groups, first = task % groups * channels_per_task;
        const std::int64_t count = std::min(channels_per_task, s.c - first);
        std::array<double, channels_per_task> sum{};
        for (std::int64_t row = 0; row < s.n * s.tokens; ++row) {
            const Taps taps(row % s.tokens, s.tokens, s.kernel);
            if (j < taps.first || j >= taps.end) continue;
            const float *in = src + (row + j - s.kernel / 2) * s.c + first, *diff = diff_dst + row * s.c + first;
            for (std::int64_t c = 0; c < count; ++c)
                sum[static_cast<std::size_t>(c)] += static_cast<double>(in[c]) * static_cast<double>(diff[c]);
        }
        for (std::int64_t c = 0; c < count; ++c)
            diff_weights[j * s.c + first + c] = static_cast<float>(sum[static_cast<std::size_t>(c)]);
    });
}

void dynamic_convolution(const DynamicConvolutionShape& s, const float* values, const float* logits, float* dst) {
    const Heads at{s};
    for_blocks(s.n * s.tokens, positions_per_block(s.heads * s.dim, s.kernel),
               [=](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t row = begin; row < end; ++row) {
                       const Taps taps(row % s.tokens, s.tokens, s.kernel);
                       for (std::int64_t h = 0; h < s.heads; ++h) {
                           const Kernel p = softmax(logits + at.logit(0, row, h), s.kernel);
                           float* out = dst + at.value(0, row, h);
                           std::fill_n(out, s.dim, 0.0F);
                           for (std::int64_t j = taps.first; j < taps.end; ++j) {
                               const float* in = values + at.value(0, row + j - s.kernel / 2, h);
                               const float factor = p[static_cast<std::size_t>(j)];
                               for (std::int64_t d = 0; d < s.dim; ++d) out[d] += factor * in[d];
                           }
                       }
                   }
               });
}

void dynamic_convolution_backward(const DynamicConvolutionShape& s, const DynamicConvolutionBackward& args) {
    for_blocks(s.n * s.heads, 1,
               [&](std::int64_t task, std::int64_t) { head_backward(s, args, task / s.heads, task % s.heads); });
}

}  // namespace hpnas::kernel

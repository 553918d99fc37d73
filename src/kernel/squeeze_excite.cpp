#include "hpnas/kernel/squeeze_excite.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/pooling.hpp"
#include "parallel.hpp"
#include "simd.hpp"

namespace hpnas::kernel {
namespace {

/// out [rows] = weights [rows, columns] * x + bias.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void matrix_vector(const float* weights, const float* bias, const float* x, float* out, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t r = 0; r < rows; ++r) {
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (std::int64_t c = 0; c < columns; ++c) sum += weights[r * columns + c] * x[c];
        out[r] = sum + bias[r];
    }
}

/// out [columns] += transposed(weights [rows, columns]) * x.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void add_transposed(const float* weights, const float* x, float* out, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t r = 0; r < rows; ++r) {
#pragma omp simd
        for (std::int64_t c = 0; c < columns; ++c) out[c] += weights[r * columns + c] * x[r];
    }
}

/// gradient [rows, columns] += a [rows] * transposed(b [columns]).
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void add_outer(const float* a, const float* b, float* gradient, std::int64_t rows, std::int64_t columns) {
    for (std::int64_t r = 0; r < rows; ++r) {
#pragma omp simd
        for (std::int64_t c = 0; c < columns; ++c) gradient[r * columns + c] += a[r] * b[c];
    }
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void scale_image(const float* src, const float* gate, float* dst, std::int64_t spatial, std::int64_t channels) {
    for (std::int64_t i = 0; i < spatial; ++i) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) dst[i * channels + c] = src[i * channels + c] * gate[c];
    }
}

/// sum [channels] = sum over positions of a * b.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void sum_of_products(const float* a, const float* b, float* sum, std::int64_t spatial, std::int64_t channels) {
    std::fill_n(sum, channels, 0.0F);
    for (std::int64_t i = 0; i < spatial; ++i) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) sum[c] += a[i * channels + c] * b[i * channels + c];
    }
}

/// diff_src = diff_dst * gate + through_mean, per position.
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void diff_image(const float* diff_dst, const float* gate, const float* through_mean, float* diff_src, std::int64_t spatial,
                std::int64_t channels) {
    for (std::int64_t i = 0; i < spatial; ++i) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c)
            diff_src[i * channels + c] = diff_dst[i * channels + c] * gate[c] + through_mean[c];
    }
}

}  // namespace

/// saved, per sample: mean [c], gate [c], hidden before its activation [reduced].
SqueezeExcite::SqueezeExcite(const SqueezeExciteShape& shape) : shape_(shape) {
    if (std::min({shape.n, shape.h, shape.w, shape.c, shape.reduced}) < 1)
        throw ShapeError(fmt::format("squeeze_excite: sizes must be positive: src [{}, {}, {}, {}], reduced {}", shape.n, shape.h, shape.w,
                                     shape.c, shape.reduced));
    if (shape.activation != Activation::relu && shape.activation != Activation::swish)
        throw ShapeError("squeeze_excite: the hidden activation must be relu or swish");
}

std::int64_t SqueezeExcite::saved_count() const noexcept { return shape_.n * (2 * shape_.c + shape_.reduced); }

std::size_t SqueezeExcite::workspace_bytes() const noexcept {
    return static_cast<std::size_t>(shape_.n * 2 * (shape_.c + shape_.reduced)) * sizeof(float);
}

void SqueezeExcite::forward(const float* src, const SqueezeExciteWeights& weights, float* dst, float* saved) const {
    const SqueezeExciteShape& s = shape_;
    const std::int64_t spatial = s.h * s.w;
    for_blocks(s.n, 1, [&](std::int64_t sample, std::int64_t) {
        const float* image = src + sample * spatial * s.c;
        float* mean = saved + sample * (2 * s.c + s.reduced);
        float* gate = mean + s.c;
        float* hidden = gate + s.c;
        global_average_pool_forward(image, mean, 1, spatial, s.c);
        matrix_vector(weights.reduce, weights.reduce_bias, mean, hidden, s.reduced, s.c);
        std::vector<float> active(static_cast<std::size_t>(s.reduced));
        activation_forward(s.activation, hidden, active.data(), s.reduced);
        matrix_vector(weights.expand, weights.expand_bias, active.data(), gate, s.c, s.reduced);
        activation_forward(Activation::sigmoid, gate, gate, s.c);
        scale_image(image, gate, dst + sample * spatial * s.c, spatial, s.c);
    });
}

void SqueezeExcite::backward(const SqueezeExciteBackward& args, const SqueezeExciteWeights& weights, void* workspace) const {
    const SqueezeExciteShape& s = shape_;
    const std::int64_t spatial = s.h * s.w;
    auto* diff_gates = static_cast<float*>(workspace);       // [n, c] before the sigmoid
    float* actives = diff_gates + s.n * s.c;                 // [n, reduced]
    float* diff_hiddens = actives + s.n * s.reduced;         // [n, reduced]
    float* through_means = diff_hiddens + s.n * s.reduced;   // [n, c]
    for_blocks(s.n, 1, [&](std::int64_t sample, std::int64_t) {
        const std::int64_t at = sample * spatial * s.c;
        const float* gate = args.saved + sample * (2 * s.c + s.reduced) + s.c;
        const float* hidden = gate + s.c;
        float* diff_gate = diff_gates + sample * s.c;
        float* active = actives + sample * s.reduced;
        float* diff_hidden = diff_hiddens + sample * s.reduced;
        float* through_mean = through_means + sample * s.c;
        sum_of_products(args.src + at, args.diff_dst + at, diff_gate, spatial, s.c);
        for (std::int64_t c = 0; c < s.c; ++c) diff_gate[c] *= gate[c] * (1.0F - gate[c]);
        activation_forward(s.activation, hidden, active, s.reduced);
        std::fill_n(diff_hidden, s.reduced, 0.0F);
        add_transposed(weights.expand, diff_gate, diff_hidden, s.c, s.reduced);
        activation_backward(s.activation, hidden, diff_hidden, diff_hidden, s.reduced);
        std::fill_n(through_mean, s.c, 0.0F);
        add_transposed(weights.reduce, diff_hidden, through_mean, s.reduced, s.c);
        for (std::int64_t c = 0; c < s.c; ++c) through_mean[c] /= static_cast<float>(spatial);
        diff_image(args.diff_dst + at, gate, through_mean, args.diff_src + at, spatial, s.c);
    });
    const SqueezeExciteGradients& g = args.gradients;
    std::fill_n(g.reduce, s.reduced * s.c, 0.0F);
    std::fill_n(g.expand, s.reduced * s.c, 0.0F);
    std::fill_n(g.reduce_bias, s.reduced, 0.0F);
    std::fill_n(g.expand_bias, s.c, 0.0F);
    const float one = 1.0F;
    for (std::int64_t sample = 0; sample < s.n; ++sample) {
        const float* mean = args.saved + sample * (2 * s.c + s.reduced);
        add_outer(diff_gates + sample * s.c, actives + sample * s.reduced, g.expand, s.c, s.reduced);
        add_outer(diff_hiddens + sample * s.reduced, mean, g.reduce, s.reduced, s.c);
        add_outer(&one, diff_gates + sample * s.c, g.expand_bias, 1, s.c);
        add_outer(&one, diff_hiddens + sample * s.reduced, g.reduce_bias, 1, s.reduced);
    }
}

}  // namespace hpnas::kernel

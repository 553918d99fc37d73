#include "hpnas/kernel/squeeze_excite.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// One image is shared out in this many parts at most, so that a batch of one keeps several threads busy.
constexpr std::int64_t most_parts = 8;
constexpr std::int64_t least_part_elements = 1 << 13;

/// The fixed partition of all images: n * parts tasks.
struct Parts {
    std::int64_t spatial, channels, per_image, positions;
    explicit Parts(const SqueezeExciteShape& s) : spatial(s.h * s.w), channels(s.c) {
        const std::int64_t wanted = std::clamp<std::int64_t>(spatial * s.c / least_part_elements, 1, most_parts);
        positions = (spatial + wanted - 1) / wanted;
        per_image = (spatial + positions - 1) / positions;
    }
    struct Part {
        std::int64_t image, offset;  ///< floats from the first image
        Rows rows;
    };
    Part part(std::int64_t task) const {
        const std::int64_t image = task / per_image, begin = task % per_image * positions;
        const std::int64_t n = std::min(positions, spatial - begin);
        return {image, (image * spatial + begin) * channels, {n * channels, channels}};
    }
    /// Tasks of small images are joined, for a parallel region costs as much as 2^13 elements.
    template <class F>
    void for_each(std::int64_t n, F&& f) const {
        const std::int64_t block = std::max<std::int64_t>(1, least_part_elements / (positions * channels));
        for_blocks(n * per_image, block, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t task = begin; task < end; ++task) f(task, part(task));
        });
    }
    /// sums [channels] = sum over the parts [per_image, channels] of one image.
    void join(const float* part_sums, float* sums) const {
        loops().column_sums({per_image * channels, channels}, part_sums, nullptr, sums);
    }
};

/// saved, per sample: mean [c], gate [c], hidden before and after its activation [2 reduced]; then the sums of all
/// parts.
struct Saved {
    const SqueezeExciteShape& shape;
    float* memory;
    float* mean(std::int64_t sample) const { return memory + sample * (2 * shape.c + 2 * shape.reduced); }
    float* gate(std::int64_t sample) const { return mean(sample) + shape.c; }
    float* hidden(std::int64_t sample) const { return gate(sample) + shape.c; }
    float* active(std::int64_t sample) const { return hidden(sample) + shape.reduced; }
    float* part_sums() const { return mean(shape.n); }
};

/// workspace: gradients of the gates before the sigmoid [n, c], of the means / spatial [n, c], of the hidden vectors
/// [n, reduced]; then the sums of all parts.
struct Workspace {
    const SqueezeExciteShape& shape;
    float* memory;
    float* gate(std::int64_t sample) const { return memory + sample * shape.c; }
    float* mean(std::int64_t sample) const { return gate(shape.n + sample); }
    float* hidden(std::int64_t sample) const { return gate(2 * shape.n) + sample * shape.reduced; }
    float* part_sums() const { return hidden(shape.n); }
};

/// From the sums over positions to the gate of one sample.
void excite(const SqueezeExciteShape& s, const SqueezeExciteWeights& weights, const Saved& saved, std::int64_t sample) {
    const Loops& run = loops();
    float *mean = saved.mean(sample), *gate = saved.gate(sample), *hidden = saved.hidden(sample),
          *active = saved.active(sample);
    run.scale(1.0F / static_cast<float>(s.h * s.w), mean, nullptr, mean, s.c);
    run.matrix_vector({s.reduced * s.c, s.c}, weights.reduce, mean, weights.reduce_bias, hidden);
    run.activation_forward(s.activation, hidden, active, s.reduced);
    run.matrix_vector({s.c * s.reduced, s.reduced}, weights.expand, active, weights.expand_bias, gate);
    run.activation_forward(Activation::sigmoid, gate, gate, s.c);
}

/// From the gradient of the gate of one sample (in `w`) to that of its mean, divided by the number of positions.
void excite_backward(const SqueezeExciteShape& s, const SqueezeExciteWeights& weights, const Saved& saved,
                     const Workspace& w, std::int64_t sample) {
    const Loops& run = loops();
    float *diff_gate = w.gate(sample), *diff_hidden = w.hidden(sample), *diff_mean = w.mean(sample);
    const float* gate = saved.gate(sample);
    for (std::int64_t c = 0; c < s.c; ++c) diff_gate[c] *= gate[c] * (1.0F - gate[c]);
    run.combine({diff_gate, 1, weights.expand, s.reduced, s.c, s.reduced}, diff_hidden);
    run.activation_backward(s.activation, saved.hidden(sample), diff_hidden, diff_hidden, s.reduced);
    run.combine({diff_hidden, 1, weights.reduce, s.c, s.reduced, s.c}, diff_mean);
    run.scale(1.0F / static_cast<float>(s.h * s.w), diff_mean, nullptr, diff_mean, s.c);
}

/// Sums over the samples, row by row of the two matrices.
void weight_gradients(const SqueezeExciteShape& s, const Saved& saved, const Workspace& w,
                      const SqueezeExciteGradients& g) {
    const std::int64_t saved_step = saved.mean(1) - saved.mean(0), work_per_row = s.n * std::max(s.c, s.reduced);
    const std::int64_t rows_per_block = std::max<std::int64_t>(1, 2 * least_part_elements / work_per_row);
    for_blocks(s.c, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t c = begin; c < end; ++c)
            loops().combine({w.gate(0) + c, s.c, saved.active(0), saved_step, s.n, s.reduced},
                            g.expand + c * s.reduced);
    });
    for_blocks(s.reduced, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t r = begin; r < end; ++r)
            loops().combine({w.hidden(0) + r, s.reduced, saved.mean(0), saved_step, s.n, s.c}, g.reduce + r * s.c);
    });
    loops().column_sums({s.n * s.c, s.c}, w.gate(0), nullptr, g.expand_bias);
    loops().column_sums({s.n * s.reduced, s.reduced}, w.hidden(0), nullptr, g.reduce_bias);
}

}  // namespace

SqueezeExcite::SqueezeExcite(const SqueezeExciteShape& shape) : shape_(shape) {
    if (std::min({shape.n, shape.h, shape.w, shape.c, shape.reduced}) < 1)
        throw ShapeError(fmt::format("squeeze_excite: sizes must be positive: src [{}, {}, {}, {}], reduced {}",
                                     shape.n, shape.h, shape.w, shape.c, shape.reduced));
    if (shape.activation != Activation::relu && shape.activation != Activation::swish)
        throw ShapeError("squeeze_excite: the hidden activation must be relu or swish");
}

std::int64_t SqueezeExcite::saved_count() const noexcept {
    return shape_.n * (2 * shape_.c + 2 * shape_.reduced + Parts(shape_).per_image * shape_.c);
}

std::size_t SqueezeExcite::workspace_bytes() const noexcept {
    return static_cast<std::size_t>(shape_.n * (2 * shape_.c + shape_.reduced + Parts(shape_).per_image * shape_.c)) *
           sizeof(float);
}

void SqueezeExcite::forward(const float* src, const SqueezeExciteWeights& weights, float* dst,
                            float* saved_memory) const {
    const SqueezeExciteShape& s = shape_;
    const Parts parts(s);
    const Saved saved{s, saved_memory};
    parts.for_each(s.n, [&](std::int64_t task, const Parts::Part& p) {
        loops().column_sums(p.rows, src + p.offset, nullptr, saved.part_sums() + task * s.c);
    });
    for_blocks(s.n, std::max<std::int64_t>(1, least_part_elements / (s.c * s.reduced)),
               [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t sample = begin; sample < end; ++sample) {
                       parts.join(saved.part_sums() + sample * parts.per_image * s.c, saved.mean(sample));
                       excite(s, weights, saved, sample);
                   }
               });
    parts.for_each(s.n, [&](std::int64_t, const Parts::Part& p) {
        loops().scale_columns(p.rows, src + p.offset, saved.gate(p.image), nullptr, dst + p.offset);
    });
}

void SqueezeExcite::backward(const SqueezeExciteBackward& args, const SqueezeExciteWeights& weights,
                             void* workspace) const {
    const SqueezeExciteShape& s = shape_;
    const Parts parts(s);
    const Saved saved{s, const_cast<float*>(args.saved)};  // only read
    const Workspace w{s, static_cast<float*>(workspace)};
    parts.for_each(s.n, [&](std::int64_t task, const Parts::Part& p) {
        loops().column_sums(p.rows, args.src + p.offset, args.diff_dst + p.offset, w.part_sums() + task * s.c);
    });
    for_blocks(s.n, std::max<std::int64_t>(1, least_part_elements / (s.c * s.reduced)),
               [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t sample = begin; sample < end; ++sample) {
                       parts.join(w.part_sums() + sample * parts.per_image * s.c, w.gate(sample));
                       excite_backward(s, weights, saved, w, sample);
                   }
               });
    weight_gradients(s, saved, w, args.gradients);
    parts.for_each(s.n, [&](std::int64_t, const Parts::Part& p) {
        loops().scale_columns(p.rows, args.diff_dst + p.offset, saved.gate(p.image), w.mean(p.image),
                              args.diff_src + p.offset);
    });
}

}  // namespace hpnas::kernel

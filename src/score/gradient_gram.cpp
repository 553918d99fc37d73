#include "hpnas/score/gradient_gram.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "hpnas/kernel/row_products.hpp"
#include "hpnas/linalg/gemm.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/patches.hpp"

namespace hpnas {
namespace {

std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

PatchLayer linear_layer(const Shape& input, std::int64_t out) {
    const std::int64_t channels = input.channels(), rows = input.count() / channels;
    return {{rows, 1, channels}, {.out = out, .padding = 0}, rows, 1};
}

/// Output channels [begin, end) of a group.
struct Outputs {
    std::int64_t group, begin, end;
};

/// Per-sample gradients: dst [n, kernel, outputs, taps], the samples `stride` apart.
class SampleGradients {
public:
    SampleGradients(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst)
        : layer_(layer), n_(n), src_(src), diff_dst_(diff_dst) {}

    void compute(const Outputs& which, float* dst, std::int64_t stride) const {
        const std::int64_t outputs = which.end - which.begin, taps = layer_.taps(), width = layer_.out_width;
        // What a step of the product reads shall stay in the second-level cache.
        const std::int64_t row_floats = width * (layer_.attributes.stride * taps + outputs);
        const std::int64_t step = std::clamp<std::int64_t>(65536 / row_floats, 1, layer_.out_height);
#pragma omp parallel
        {
            TapRows patches(layer_, step);
            std::vector<float> copied(size(step * width * outputs));
#pragma omp for schedule(static)
            for (std::int64_t sample = 0; sample < n_; ++sample) {
                for (std::int64_t first = 0; first < layer_.out_height; first += step) {
                    const std::int64_t last = std::min(first + step, layer_.out_height);
                    const std::int64_t begin = sample * layer_.positions() + first * width,
                                       rows = (last - first) * width;
                    patches.copy(src_ + sample * layer_.input.count(), which.group, first, last);
                    const std::span gradients(gradients_of(which, begin, rows, copied), size(rows * outputs));
                    const linalg::Gemm<float> shape{size(outputs),           size(taps), size(rows), true, false, 1,
                                                    first == 0 ? 0.0F : 1.0F};
                    float* to = dst + sample * stride;
                    for (std::int64_t kh = 0; kh < layer_.attributes.kernel; ++kh, to += outputs * taps)
                        linalg::gemm(shape, gradients, patches.of(kh), {to, size(outputs * taps)});
                }
            }
        }
    }

private:
    /// [rows, outputs], from row `first` of the batch on: in `copied` unless they lie one after the other anyway.
    const float* gradients_of(const Outputs& which, std::int64_t first, std::int64_t rows,
                              std::vector<float>& copied) const {
        const std::int64_t out = layer_.attributes.out, offset = which.group * layer_.group_outputs() + which.begin;
        const float* from = diff_dst_ + first * out + offset;
        if (which.end - which.begin == out) return from;
        float* to = copied.data();
        for (std::int64_t row = 0; row < rows; ++row, from += out) to = std::copy_n(from, which.end - which.begin, to);
        return copied.data();
    }

    const PatchLayer& layer_;
    std::int64_t n_;
    const float* src_;
    const float* diff_dst_;
};

/// dst [n * positions, columns] in float64 and its products with itself.
std::vector<double> products(const std::vector<float>& values, std::size_t rows, std::size_t columns) {
    const std::vector<double> wide(values.begin(), values.end());
    std::vector<double> gram(rows * rows);
    linalg::gemm(linalg::Gemm<double>{rows, rows, columns, false, true}, wide, wide, gram);
    return gram;
}

/// Gradient of the scales of a batch norm with fixed statistics: sum over a sample's rows of diff_dst * normalised src.
std::vector<float> norm_scale_gradients(const Executor::NodeView& view, std::int64_t n) {
    const BatchNormAttributes& a = dynamic_cast<const BatchNorm&>(*view.node.op).attributes();
    const std::int64_t channels = view.node.shape.channels(), rows = view.node.shape.count() / channels;
    std::vector<float> gradients(size(n * channels));
    const float *mean = view.parameters[2], *variance = view.parameters[3];
#pragma omp parallel for schedule(static)
    for (std::int64_t sample = 0; sample < n; ++sample) {
        std::vector<double> sums(size(channels), 0);
        for (std::int64_t row = sample * rows; row < (sample + 1) * rows; ++row) {
            const float* values = view.src[0] + row * channels;
            const float* diff = view.diff_dst.data() + row * channels;
            for (std::int64_t c = 0; c < channels; ++c)
                sums[size(c)] += static_cast<double>(diff[c] * (values[c] - mean[c]));
        }
        for (std::int64_t c = 0; c < channels; ++c) {
            const double deviation = std::sqrt(static_cast<double>(variance[c]) + a.eps);
            gradients[size(sample * channels + c)] = static_cast<float>(sums[size(c)] / deviation);
        }
    }
    return gradients;
}

}  // namespace

GradientGram::GradientGram(const Network& network, std::int64_t batch)
    : network_(network), batch_(batch), weights_(size(batch * batch), 0), norm_scales_(weights_) {}

void GradientGram::add(const Executor::NodeView& view) {
    const Shape& input = network_.node(view.node.inputs[0]).shape;
    if (const auto* convolution = dynamic_cast<const Conv2d*>(view.node.op.get())) {
        const PatchLayer layer{input, convolution->attributes(), view.node.shape[0], view.node.shape[1]};
        add_layer_gram(layer, batch_, view.src[0], view.diff_dst.data(), weights_);
    } else if (const auto* linear = dynamic_cast<const Linear*>(view.node.op.get())) {
        const PatchLayer layer = linear_layer(input, linear->attributes().out);
        add_layer_gram(layer, batch_, view.src[0], view.diff_dst.data(), weights_);
    } else if (const auto* norm = dynamic_cast<const BatchNorm*>(view.node.op.get())) {
        if (!norm->attributes().affine) return;
        const std::int64_t channels = view.node.shape.channels();
        add_row_products(norm_scale_gradients(view, batch_).data(), batch_, channels, channels, norm_scales_);
    }
}

void add_layer_gram(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst,
                    std::vector<double>& gram) {
    const double rows = static_cast<double>(n * layer.positions()), patch = static_cast<double>(layer.patch());
    const double outputs = static_cast<double>(layer.group_outputs());
    // Multiply-adds; those in float64 count twice.
    const double by_positions = 2 * rows * rows * (patch + outputs);
    const double by_gradients = rows * patch * outputs + 2 * static_cast<double>(n * n) * patch * outputs;
    const bool few = n * layer.positions() <= 1024;
    few&& by_positions < by_gradients ? add_gram_by_positions(layer, n, src, diff_dst, gram)
                                      : add_gram_by_gradients(layer, n, src, diff_dst, gram);
}

void add_gram_by_gradients(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst,
                           std::vector<double>& gram) {
    constexpr std::int64_t most_floats = 8 << 20;  // gradients in memory at a time
    const std::int64_t outputs = layer.group_outputs(), patch = layer.patch();
    const std::int64_t capacity = std::clamp<std::int64_t>(most_floats / n / patch, 1, layer.attributes.out) * patch;
    std::vector<float> gradients(size(n * capacity));
    const SampleGradients samples(layer, n, src, diff_dst);
    std::int64_t filled = 0;  // of every sample's `capacity` floats
    for (std::int64_t group = 0; group < layer.attributes.groups; ++group) {
        for (std::int64_t begin = 0, end = 0; begin < outputs; begin = end) {
            end = std::min(begin + (capacity - filled) / patch, outputs);
            samples.compute({group, begin, end}, gradients.data() + filled, capacity);
            filled += (end - begin) * patch;
            if (filled < capacity) continue;
            add_row_products(gradients.data(), n, filled, capacity, gram);
            filled = 0;
        }
    }
    add_row_products(gradients.data(), n, filled, capacity, gram);
}

void add_gram_by_positions(const PatchLayer& layer, std::int64_t n, const float* src, const float* diff_dst,
                           std::vector<double>& gram) {
    const std::int64_t positions = layer.positions(), patch = layer.patch(), outputs = layer.group_outputs();
    const std::size_t rows = size(n * positions);
    std::vector<float> patches(rows * size(patch)), diffs(rows * size(outputs));
    for (std::int64_t group = 0; group < layer.attributes.groups; ++group) {
        for (std::int64_t i = 0; i < n; ++i) {
            copy_patches(layer, src + i * layer.input.count(), group, patches.data() + i * positions * patch);
        }
        for (std::size_t row = 0; row < rows; ++row) {
            std::copy_n(diff_dst + static_cast<std::int64_t>(row) * layer.attributes.out + group * outputs, outputs,
                        diffs.data() + static_cast<std::int64_t>(row) * outputs);
        }
        const std::vector<double> x = products(patches, rows, size(patch)), d = products(diffs, rows, size(outputs));
        for (std::size_t i = 0; i < rows; ++i) {
            for (std::size_t j = 0; j < rows; ++j) {
                gram[i / size(positions) * size(n) + j / size(positions)] += x[i * rows + j] * d[i * rows + j];
            }
        }
    }
}

void add_row_products(const float* rows, std::int64_t n, std::int64_t width, std::int64_t stride,
                      std::vector<double>& gram) {
    constexpr std::int64_t tile = 512;      // columns of all rows that stay in the second-level cache
    constexpr std::int64_t most_slots = 8;  // fixed, so that the order of additions does not depend on the threads
    const std::int64_t n_tiles = (width + tile - 1) / tile, n_slots = std::min(most_slots, n_tiles);
    std::vector<std::vector<double>> sums(size(n_slots));
#pragma omp parallel for schedule(static)
    for (std::int64_t slot = 0; slot < n_slots; ++slot) {
        std::vector<double>& sum = sums[size(slot)];
        sum.assign(size(n * n), 0);
        for (std::int64_t t = slot; t < n_tiles; t += n_slots) {
            kernel::add_row_products({rows + t * tile, n, std::min(tile, width - t * tile), stride, sum.data()});
        }
    }
    for (const std::vector<double>& sum : sums) {
        for (std::int64_t i = 0; i < n; ++i) {
            for (std::int64_t j = 0; j < n; ++j) {
                gram[size(i * n + j)] += sum[size(std::max(i, j) * n + std::min(i, j))];
            }
        }
    }
}

}  // namespace hpnas

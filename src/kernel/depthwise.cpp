#include "depthwise.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <span>

#include "hpnas/kernel/engine.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::int64_t lanes = 16;  // of the widest instruction set; weights are padded to it
constexpr std::int64_t resident_floats =
    6 * 1024;                                    // source rows of a chunk of channels that should stay in the L1 cache
constexpr std::int64_t parallel_macs = 1 << 17;  // below, a parallel region costs more than it gains
constexpr std::int64_t cached_floats = 5 << 20;  // beyond, prefetching gains more than it costs (measured)
constexpr std::int64_t wanted_tasks = 16;

std::int64_t divide_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// One phase of the gradient with respect to the source along one axis: the inputs first, first + stride, ... get
/// contributions of the taps tap, tap + tap_step, ... and of no others.
struct Phase {
    std::int64_t first, tap, tap_step;
    DepthwiseAxis axis;  // reads the gradients of the output with the taps reversed; stride 1
};

/// Input i receives tap t from output o if o * stride + t * dilation - pad = i, so t * dilation = i + pad modulo the
/// stride.
Phase make_phase(const DepthwiseAxis& forward, std::int64_t first) {
    const std::int64_t common = std::gcd(forward.stride, forward.dilation), tap_step = forward.stride / common;
    std::int64_t tap = 0;
    while (tap < tap_step && (first + forward.pad - tap * forward.dilation) % forward.stride != 0) ++tap;
    Phase phase{first, tap, tap_step, {}};
    phase.axis.in = forward.out;
    phase.axis.out = divide_up(forward.in - first, forward.stride);
    phase.axis.taps = tap < tap_step && tap < forward.taps ? divide_up(forward.taps - tap, tap_step) : 0;
    phase.axis.dilation = forward.dilation / common;
    const std::int64_t last = phase.axis.taps - 1;  // the reversed axis starts with this one
    if (last >= 0)
        phase.axis.pad = last * phase.axis.dilation - (first + forward.pad - tap * forward.dilation) / forward.stride;
    return phase;
}

typedef float Four __attribute__((vector_size(16)));
typedef int FourIndices __attribute__((vector_size(16)));

/// rows[i][j] = from[j * step + i].
void transpose_4x4(const float* from, std::int64_t step, float* const (&rows)[4]) {
    Four in[4], out[4];
    for (int j = 0; j < 4; ++j) std::memcpy(&in[j], from + j * step, sizeof(Four));
    const Four low_01 = __builtin_shuffle(in[0], in[1], FourIndices{0, 4, 1, 5});
    const Four low_23 = __builtin_shuffle(in[2], in[3], FourIndices{0, 4, 1, 5});
    const Four high_01 = __builtin_shuffle(in[0], in[1], FourIndices{2, 6, 3, 7});
    const Four high_23 = __builtin_shuffle(in[2], in[3], FourIndices{2, 6, 3, 7});
    out[0] = __builtin_shuffle(low_01, low_23, FourIndices{0, 1, 4, 5});
    out[1] = __builtin_shuffle(low_01, low_23, FourIndices{2, 3, 6, 7});
    out[2] = __builtin_shuffle(high_01, high_23, FourIndices{0, 1, 4, 5});
    out[3] = __builtin_shuffle(high_01, high_23, FourIndices{2, 3, 6, 7});
    for (int i = 0; i < 4; ++i) std::memcpy(rows[i], &out[i], sizeof(Four));
}

/// Packs weights [channels, taps]: packed[places[tap]][c], rows `step` apart, zero beyond the last channel.
void pack_taps(const float* weights, std::int64_t channels, std::span<const std::int64_t> places, std::int64_t step,
               float* packed) {
    const std::int64_t n_taps = std::ssize(places), whole = channels / 4 * 4, whole_taps = n_taps / 4 * 4;
    const auto row = [&](std::int64_t tap) { return packed + places[static_cast<std::size_t>(tap)] * step; };
    for (std::int64_t c = 0; c < whole; c += 4)
        for (std::int64_t tap = 0; tap < whole_taps; tap += 4) {
            float* const rows[4] = {row(tap) + c, row(tap + 1) + c, row(tap + 2) + c, row(tap + 3) + c};
            transpose_4x4(weights + c * n_taps + tap, n_taps, rows);
        }
    for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t tap = c < whole ? whole_taps : 0; tap < n_taps; ++tap)
            row(tap)[c] = weights[c * n_taps + tap];
    for (std::int64_t tap = 0; tap < n_taps; ++tap) std::fill(row(tap) + channels, row(tap) + step, 0.0F);
}

/// weights[c][tap] = sums[tap][c]; rows of `sums` are `step` apart.
void unpack_taps(const float* sums, std::int64_t channels, std::int64_t n_taps, std::int64_t step, float* weights) {
    const std::int64_t whole = channels / 4 * 4, whole_taps = n_taps / 4 * 4;
    for (std::int64_t c = 0; c < whole; c += 4)
        for (std::int64_t tap = 0; tap < whole_taps; tap += 4) {
            float* const to = weights + c * n_taps + tap;
            transpose_4x4(sums + tap * step + c, step, {to, to + n_taps, to + 2 * n_taps, to + 3 * n_taps});
        }
    for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t tap = c < whole ? whole_taps : 0; tap < n_taps; ++tap)
            weights[c * n_taps + tap] = sums[tap * step + c];
}

}  // namespace

const DepthwiseLoops& Depthwise::best_loops() {
    const std::string isa = Engine::isa();
    return isa == "avx512" ? depthwise_avx512 : isa == "avx2" ? depthwise_avx2 : depthwise_baseline;
}

Depthwise::Depthwise(const ConvolutionShape& shape, ConvolutionEpilogue epilogue, const DepthwiseLoops& loops)
    : shape_(shape), epilogue_(epilogue), loops_(loops), padded_channels_(divide_up(shape.c, lanes) * lanes) {
    const Window& w = shape.window;
    DepthwisePass pass;
    pass.rows = {shape.h, shape.out_h(), w.kh, w.stride_h, w.dilation_h, w.pad_top};
    pass.columns = {shape.w, shape.out_w(), w.kw, w.stride_w, w.dilation_w, w.pad_left};
    pass.channels = shape.c;
    pass.weight_step = padded_channels_;
    pass.src_pixel = pass.dst_pixel = shape.c;
    pass.src_row = shape.w * shape.c;
    pass.dst_row = shape.out_w() * shape.c;
    const bool fused = epilogue.activation == Activation::relu || epilogue.activation == Activation::swish;
    if (fused) pass.activation = epilogue.activation;
    pass.prefetch = shape.src_count() + shape.dst_count() >= cached_floats;
    forward_.push_back(pass);
    forward_places_.resize(static_cast<std::size_t>(taps()));
    std::iota(forward_places_.begin(), forward_places_.end(), 0);
    make_backward_passes();

    const std::int64_t pixels = (w.kh + 1) * std::max(shape.w, shape.out_w());
    chunk_ = std::clamp(resident_floats / pixels / lanes * lanes, 2 * lanes, padded_channels_ + lanes);
    n_chunks_ = divide_up(shape.c, chunk_);
    chunk_ = divide_up(divide_up(shape.c, lanes), n_chunks_) * lanes;
    n_chunks_ = divide_up(shape.c, chunk_);
    const std::int64_t most = std::max<std::int64_t>(1, std::min(shape.out_h(), shape.h) / 4);
    row_parts_ = std::clamp<std::int64_t>(divide_up(wanted_tasks, shape.n * n_chunks_), 1, most);
    const std::int64_t rows = shape.n * shape.out_h();
    const std::int64_t most_parts = std::min(rows, divide_up(wanted_tasks, n_chunks_));
    sum_parts_ = std::clamp<std::int64_t>(shape.macs() / parallel_macs, 1, most_parts);
    const auto step = static_cast<std::size_t>(padded_channels_) * sizeof(float);
    workspace_bytes_ = std::max(packed_bytes(), static_cast<std::size_t>(sum_parts_ * (taps() + 1)) * step);
}

void Depthwise::make_backward_passes() {
    const DepthwisePass& f = forward_.front();
    std::int64_t used = 0;
    backward_places_.assign(static_cast<std::size_t>(taps()), -1);
    for (std::int64_t first_row = 0; first_row < std::min(f.rows.stride, f.rows.in); ++first_row)
        for (std::int64_t first_column = 0; first_column < std::min(f.columns.stride, f.columns.in); ++first_column) {
            const Phase rows = make_phase(f.rows, first_row), columns = make_phase(f.columns, first_column);
            DepthwisePass pass = f;
            pass.activation = Activation::none;
            pass.rows = rows.axis;
            pass.columns = columns.axis;
            pass.src_row = f.dst_row;
            pass.dst_row = f.rows.stride * f.src_row;
            pass.dst_pixel = f.columns.stride * f.src_pixel;
            pass.dst_offset = first_row * f.src_row + first_column * f.src_pixel;
            pass.weight_offset = used * padded_channels_;
            for (std::int64_t r = rows.axis.taps - 1; r >= 0; --r)
                for (std::int64_t k = columns.axis.taps - 1; k >= 0; --k) {
                    const std::int64_t row = rows.tap + r * rows.tap_step, column = columns.tap + k * columns.tap_step;
                    backward_places_[static_cast<std::size_t>(row * f.columns.taps + column)] = used++;
                }
            backward_.push_back(pass);
        }
    // Taps whose phase the image is too small to have keep a place that no pass reads.
    for (std::int64_t& place : backward_places_)
        if (place < 0) place = used++;
}

std::string Depthwise::implementation() { return std::string("own:depthwise:") + best_loops().name; }

std::size_t Depthwise::packed_bytes() const noexcept {
    return static_cast<std::size_t>((taps() + 1) * padded_channels_) * sizeof(float);
}

void Depthwise::pack(const float* weights, const float* bias, void* packed) const {
    auto* to = static_cast<float*>(packed);
    pack_taps(weights, shape_.c, forward_places_, padded_channels_, to);
    float* packed_bias = to + taps() * padded_channels_;
    std::fill_n(packed_bias, padded_channels_, 0.0F);
    if (bias != nullptr) std::copy_n(bias, shape_.c, packed_bias);
}

Depthwise::Task Depthwise::task(std::int64_t index) const noexcept {
    const std::int64_t chunk = index % n_chunks_, rest = index / n_chunks_;
    return {rest / row_parts_, rest % row_parts_, chunk * chunk_, std::min(shape_.c, (chunk + 1) * chunk_)};
}

/// `block` holds the addresses of whole tensors. Passes write disjoint pixels, so that any split is right.
void Depthwise::run_passes(const std::vector<DepthwisePass>& passes, DepthwiseBlock block) const {
    const bool backward = &passes == &backward_;
    const std::int64_t src_image = (backward ? shape_.dst_count() : shape_.src_count()) / shape_.n;
    const std::int64_t dst_image = (backward ? shape_.src_count() : shape_.dst_count()) / shape_.n;
#pragma omp parallel for schedule(static) if (shape_.macs() >= parallel_macs) firstprivate(block)
    for (std::int64_t index = 0; index < shape_.n * row_parts_ * n_chunks_; ++index) {
        const Task t = task(index);
        DepthwiseBlock mine = block;
        mine.src += t.image * src_image;
        mine.dst += t.image * dst_image;
        if (mine.residual != nullptr) mine.residual += t.image * dst_image;
        mine.channel_begin = t.channel_begin;
        mine.channel_end = t.channel_end;
        for (const DepthwisePass& pass : passes) {
            mine.row_begin = pass.rows.out * t.part / row_parts_;
            mine.row_end = pass.rows.out * (t.part + 1) / row_parts_;
            loops_.run(pass, mine);
        }
    }
}

void Depthwise::run(const float* src, const void* packed, const float* residual, float* dst) const {
    const auto* weights = static_cast<const float*>(packed);
    DepthwiseBlock block;
    block.src = src;
    block.weights = weights;
    block.bias = weights + taps() * padded_channels_;
    block.residual = epilogue_.residual ? residual : nullptr;
    block.dst = dst;
    run_passes(forward_, block);
    if (epilogue_.activation != forward_.front().activation)
        activation_forward(epilogue_.activation, dst, dst, shape_.dst_count());
}

void Depthwise::forward(const float* src, const float* weights, const float* bias, float* dst, void* workspace) const {
    pack(weights, bias, workspace);
    run(src, workspace, nullptr, dst);
}

void Depthwise::backward_data(const float* diff_dst, const float* weights, float* diff_src, void* workspace) const {
    auto* packed = static_cast<float*>(workspace);
    pack_taps(weights, shape_.c, backward_places_, padded_channels_, packed);
    DepthwiseBlock block;
    block.src = diff_dst;
    block.weights = packed;
    block.dst = diff_src;
    run_passes(backward_, block);
}

/// The rows of one part, image by image and a few rows at a time, which stay in the cache while every group of kernel
/// rows passes.
void Depthwise::add_rows(const DepthwiseGradientBlock& all, std::int64_t part) const {
    const std::int64_t oh = shape_.out_h(), end = shape_.n * oh * (part + 1) / sum_parts_;
    const std::int64_t at_once = std::max<std::int64_t>(4, resident_floats / 2 / (shape_.w * lanes));
    for (std::int64_t row = shape_.n * oh * part / sum_parts_; row < end;) {
        const std::int64_t image = row / oh;
        DepthwiseGradientBlock block = all;
        block.src += image * (shape_.src_count() / shape_.n);
        block.diff_dst += image * (shape_.dst_count() / shape_.n);
        block.row_begin = row - image * oh;
        block.row_end = std::min({oh, block.row_begin + at_once, end - image * oh});
        loops_.add_gradient(forward_.front(), block);
        row += block.row_end - block.row_begin;
    }
}

void Depthwise::backward_weights(const float* src, const float* diff_dst, float* diff_weights, float* diff_bias,
                                 void* workspace) const {
    auto* sums = static_cast<float*>(workspace);
    const std::int64_t part_floats = (taps() + 1) * padded_channels_;
#pragma omp parallel for schedule(static) if (shape_.macs() >= parallel_macs)
    for (std::int64_t index = 0; index < sum_parts_ * n_chunks_; ++index) {
        const std::int64_t chunk = index % n_chunks_, part = index / n_chunks_;
        DepthwiseGradientBlock block;
        block.src = src;
        block.diff_dst = diff_dst;
        block.sums = sums + part * part_floats;
        block.bias = diff_bias != nullptr;
        block.channel_begin = chunk * chunk_;
        block.channel_end = std::min(shape_.c, block.channel_begin + chunk_);
        for (std::int64_t tap = 0; tap <= taps(); ++tap)
            std::fill_n(block.sums + tap * padded_channels_ + block.channel_begin,
                        std::min(chunk_, padded_channels_ - block.channel_begin), 0.0F);
        add_rows(block, part);
    }
    combine(sums, diff_weights, diff_bias);
}

/// Adds the parts in their order: the same bits for any number of threads.
void Depthwise::combine(float* partial_sums, float* diff_weights, float* diff_bias) const {
    const std::int64_t n_taps = taps(), part_floats = (n_taps + 1) * padded_channels_;
    const std::int64_t used = diff_bias != nullptr ? part_floats : part_floats - padded_channels_;
    for (std::int64_t part = 1; part < sum_parts_; ++part)
        for (std::int64_t i = 0; i < used; ++i) partial_sums[i] += partial_sums[part * part_floats + i];
    unpack_taps(partial_sums, shape_.c, n_taps, padded_channels_, diff_weights);
    if (diff_bias != nullptr) std::copy_n(partial_sums + n_taps * padded_channels_, shape_.c, diff_bias);
}

}  // namespace hpnas::kernel

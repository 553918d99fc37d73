#include "depthwise.hpp"

#include <algorithm>
#include <numeric>

#include "hpnas/kernel/engine.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::int64_t lanes = 16;  // of the widest instruction set; weights are padded to it
constexpr std::int64_t resident_floats =
    6 * 1024;                                    // source rows of a chunk of channels that should stay in the L1 cache
constexpr std::int64_t parallel_macs = 1 << 17;  // below, a parallel region costs more than it gains
constexpr std::int64_t wanted_tasks = 16;

const DepthwiseLoops& best_loops() {
    const std::string isa = Engine::isa();
    return isa == "avx512" ? depthwise_avx512 : isa == "avx2" ? depthwise_avx2 : depthwise_baseline;
}

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

/// packed[tap][c] = weights[c][source[tap]], zero beyond the last channel.
template <class Source>
void pack_taps(const float* weights, const ConvolutionShape& shape, std::int64_t step, Source source, float* packed) {
    const std::int64_t n_taps = shape.window.kh * shape.window.kw;
    for (std::int64_t tap = 0; tap < n_taps; ++tap) {
        const float* from = weights + source(tap);
        float* to = packed + tap * step;
        for (std::int64_t c = 0; c < shape.c; ++c) to[c] = from[c * n_taps];
        std::fill(to + shape.c, to + step, 0.0F);
    }
}

}  // namespace

Depthwise::Depthwise(const ConvolutionShape& shape, ConvolutionEpilogue epilogue)
    : shape_(shape), epilogue_(epilogue), loops_(best_loops()), padded_channels_(divide_up(shape.c, lanes) * lanes) {
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
    forward_.push_back(pass);
    make_backward_passes();

    const std::int64_t pixels = (w.kh + 1) * std::max(shape.w, shape.out_w());
    chunk_ = std::clamp(resident_floats / pixels / lanes * lanes, 2 * lanes, padded_channels_ + lanes);
    n_chunks_ = divide_up(shape.c, chunk_);
    chunk_ = divide_up(divide_up(shape.c, lanes), n_chunks_) * lanes;
    n_chunks_ = divide_up(shape.c, chunk_);
    const std::int64_t most = std::max<std::int64_t>(1, std::min(shape.out_h(), shape.h) / 4);
    row_parts_ = std::clamp<std::int64_t>(divide_up(wanted_tasks, shape.n * n_chunks_), 1, most);
    const std::int64_t rows = shape.n * shape.out_h();
    sum_parts_ = std::clamp<std::int64_t>(shape.macs() / parallel_macs, 1, std::min(rows, wanted_tasks));
    const auto step = static_cast<std::size_t>(padded_channels_) * sizeof(float);
    workspace_bytes_ = std::max(packed_bytes(), static_cast<std::size_t>(sum_parts_ * (taps() + 1)) * step);
}

void Depthwise::make_backward_passes() {
    const DepthwisePass& f = forward_.front();
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
            pass.weight_offset = static_cast<std::int64_t>(backward_taps_.size()) * padded_channels_;
            for (std::int64_t r = rows.axis.taps - 1; r >= 0; --r)
                for (std::int64_t k = columns.axis.taps - 1; k >= 0; --k)
                    backward_taps_.push_back((rows.tap + r * rows.tap_step) * f.columns.taps + columns.tap +
                                             k * columns.tap_step);
            backward_.push_back(pass);
        }
    // Taps that no input receives (tiny images): any value will do.
    backward_taps_.resize(static_cast<std::size_t>(std::max<std::int64_t>(taps(), std::ssize(backward_taps_))), 0);
}

std::string Depthwise::implementation() { return std::string("own:depthwise:") + best_loops().name; }

std::size_t Depthwise::packed_bytes() const noexcept {
    return static_cast<std::size_t>((taps() + 1) * padded_channels_) * sizeof(float);
}

void Depthwise::pack(const float* weights, const float* bias, void* packed) const {
    auto* to = static_cast<float*>(packed);
    pack_taps(
        weights, shape_, padded_channels_, [](std::int64_t tap) { return tap; }, to);
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
    pack_taps(
        weights, shape_, padded_channels_,
        [this](std::int64_t tap) { return backward_taps_[static_cast<std::size_t>(tap)]; }, packed);
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
void Depthwise::combine(const float* partial_sums, float* diff_weights, float* diff_bias) const {
    const std::int64_t n_taps = taps(), part_floats = (n_taps + 1) * padded_channels_;
    for (std::int64_t tap = 0; tap < n_taps + (diff_bias != nullptr ? 1 : 0); ++tap)
        for (std::int64_t c = 0; c < shape_.c; ++c) {
            const float* sum = partial_sums + tap * padded_channels_ + c;
            float total = sum[0];
            for (std::int64_t part = 1; part < sum_parts_; ++part) total += sum[part * part_floats];
            (tap < n_taps ? diff_weights[c * n_taps + tap] : diff_bias[c]) = total;
        }
}

}  // namespace hpnas::kernel

#include "winograd.hpp"

#include <omp.h>

#include <algorithm>

#include "hpnas/kernel/engine.hpp"

namespace hpnas::kernel {
namespace {

constexpr std::int64_t least_tiles = 36;     // fewer leave the products mostly empty
constexpr std::int64_t least_channels = 16;  // fewer do not pay for the transforms
constexpr std::int64_t many_tiles = 200;     // enough blocks of 24 for several threads

std::int64_t tile_rows(std::int64_t size) { return (size + winograd_tile - 1) / winograd_tile; }

WinogradShape tiles_of(const ConvolutionShape& s) {
    WinogradShape t;
    t.h = s.h, t.w = s.w, t.c = s.c, t.k = s.k;
    t.out_h = s.out_h(), t.out_w = s.out_w();
    t.pad_top = s.window.pad_top, t.pad_left = s.window.pad_left;
    t.tile_rows = tile_rows(t.out_h), t.tile_columns = tile_rows(t.out_w);
    t.n_tiles = s.n * t.tile_rows * t.tile_columns;
    t.tiles_at_once = t.n_tiles >= many_tiles ? 24 : 12;
    t.channel_step = (s.c + 15) / 16 * 16;
    return t;
}

bool is_fused(Activation a) { return a == Activation::none || a == Activation::relu || a == Activation::swish; }

}  // namespace

bool Winograd::suits(const ConvolutionShape& s) noexcept {
    const Window& w = s.window;
    return best_loops() != nullptr && w.kh == 3 && w.kw == 3 && w.stride_h == 1 && w.stride_w == 1 &&
           w.dilation_h == 1 && w.dilation_w == 1 && s.groups == 1 && std::min(s.c, s.k) >= least_channels &&
           s.n * tile_rows(s.out_h()) * tile_rows(s.out_w()) >= least_tiles;
}

const WinogradLoops* Winograd::best_loops() noexcept {
    static const std::string isa = Engine::isa();
    return isa == "avx512" ? &winograd_avx512 : isa == "avx2" ? &winograd_avx2 : nullptr;
}

Winograd::Winograd(const ConvolutionShape& shape, ConvolutionEpilogue epilogue, const WinogradLoops& loops)
    : epilogue_(epilogue), loops_(loops), tiles_(tiles_of(shape)), threads_(omp_get_max_threads()) {
    if (is_fused(epilogue.activation)) tiles_.activation = epilogue.activation;
}

std::string Winograd::implementation() { return std::string("own:winograd:") + best_loops()->name; }

std::int64_t Winograd::buffer_floats() const noexcept {
    return winograd_points * tiles_.tiles_at_once * (tiles_.channel_step + loops_.channels);
}
std::size_t Winograd::packed_bytes() const noexcept {
    return static_cast<std::size_t>(packed_weights() + n_groups() * loops_.channels) * sizeof(float);
}
std::size_t Winograd::workspace_bytes() const noexcept {
    return static_cast<std::size_t>(threads_ * buffer_floats()) * sizeof(float);
}

void Winograd::pack(const WinogradWeights& weights, const float* bias, void* packed) const {
    auto* to = static_cast<float*>(packed);
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t group = 0; group < n_groups(); ++group) {
        const std::int64_t begin = group * loops_.channels;
        loops_.pack(tiles_, weights, begin, to + begin * winograd_points * tiles_.c);
    }
    float* packed_bias = to + packed_weights();
    std::fill_n(packed_bias, n_groups() * loops_.channels, 0.0F);
    if (bias != nullptr) std::copy_n(bias, tiles_.k, packed_bias);
}

void Winograd::pack(const float* weights, const float* bias, void* packed) const {
    pack({.first = weights, .out_step = 9 * tiles_.c, .tap_step = tiles_.c, .in_step = 1}, bias, packed);
}

void Winograd::pack_transposed(const float* weights, void* packed) const {
    const std::int64_t k = tiles_.k;
    pack({.first = weights + 8 * k, .out_step = 1, .tap_step = -k, .in_step = 9 * k}, nullptr, packed);
}

void Winograd::run(const float* src, const void* packed, const float* residual, float* dst, void* workspace) const {
    WinogradBlock whole;
    whole.src = src;
    whole.packed = static_cast<const float*>(packed);
    whole.bias = whole.packed + packed_weights();
    whole.residual = epilogue_.residual ? residual : nullptr;
    whole.dst = dst;
#pragma omp parallel for schedule(static) num_threads(threads_)
    for (std::int64_t tile = 0; tile < tiles_.n_tiles; tile += tiles_.tiles_at_once) {
        WinogradBlock block = whole;
        block.buffer = static_cast<float*>(workspace) + omp_get_thread_num() * buffer_floats();
        block.first_tile = tile;
        loops_.run(tiles_, block);
    }
    const std::int64_t images = tiles_.n_tiles / (tiles_.tile_rows * tiles_.tile_columns);
    if (!is_fused(epilogue_.activation))
        activation_forward(epilogue_.activation, dst, dst, images * tiles_.out_h * tiles_.out_w * tiles_.k);
}

}  // namespace hpnas::kernel

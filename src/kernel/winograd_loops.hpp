#pragma once
#include <cstdint>
#include <hpnas/kernel/activation.hpp>

namespace hpnas::kernel {

/// Tiles of 4 x 4 output pixels, read from 6 x 6 input pixels.
inline constexpr std::int64_t winograd_tile = 4, winograd_points = 36;

/// What all tiles of a convolution share. src [n, h, w, c], dst [n, out_h, out_w, k].
struct WinogradShape {
    std::int64_t h = 1, w = 1, c = 1, k = 1, out_h = 1, out_w = 1, pad_top = 0, pad_left = 0;
    std::int64_t tile_rows = 1, tile_columns = 1;  ///< per image
    std::int64_t n_tiles = 1;                      ///< of the whole batch
    std::int64_t tiles_at_once = 24;               ///< a multiple of 12
    std::int64_t channel_step = 16;                ///< c, rounded up to whole vectors
    Activation activation = Activation::none;      ///< none, relu or swish
};

/// Plain weights: tap t of source channel i for output channel o is first[o * out_step + t * tap_step + i * in_step].
struct WinogradWeights {
    const float* first = nullptr;
    std::int64_t out_step = 1, tap_step = 1, in_step = 1;
};

/// Addresses of whole tensors; a block works on the tiles [first_tile, first_tile + tiles_at_once) that exist.
struct WinogradBlock {
    const float* src = nullptr;
    const float* packed = nullptr;    ///< [k / channels, points, c, channels], channels of WinogradLoops
    const float* bias = nullptr;      ///< padded to whole groups
    const float* residual = nullptr;  ///< null: none; may be dst
    float* dst = nullptr;
    float* buffer = nullptr;  ///< points * tiles_at_once * (channel_step + channels)
    std::int64_t first_tile = 0;
};

/// The loops for one instruction set.
struct WinogradLoops {
    const char* name;
    std::int64_t channels;  ///< output channels that are computed together
    /// Transforms the weights of the output channels [begin, begin + channels) that exist; the others become zero.
    void (*pack)(const WinogradShape& shape, const WinogradWeights& weights, std::int64_t begin, float* packed);
    void (*run)(const WinogradShape& shape, const WinogradBlock& block);
};

extern const WinogradLoops winograd_avx2, winograd_avx512;

}  // namespace hpnas::kernel

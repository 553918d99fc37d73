#pragma once
#include <cstdint>

namespace hpnas::kernel {

struct ChannelScaleShape {
    std::int64_t n = 1;
    std::int64_t spatial = 1;  ///< positions of one image
    std::int64_t c = 1;
};

struct ChannelScaleBackward {
    const float* src = nullptr;       ///< [n, spatial, c]; read for diff_gate only
    const float* gate = nullptr;      ///< [n, c]; read for diff_src only
    const float* diff_dst = nullptr;  ///< [n, spatial, c]
    float* diff_src = nullptr;        ///< overwritten; may be diff_dst or null
    float* diff_gate = nullptr;       ///< [n, c], overwritten, summed in double; may be null
};

/// dst[n, s, c] = src[n, s, c] * gate[n, c]. dst may be src.
void scale_channels(const ChannelScaleShape& shape, const float* src, const float* gate, float* dst);
void scale_channels_backward(const ChannelScaleShape& shape, const ChannelScaleBackward& args);

}  // namespace hpnas::kernel

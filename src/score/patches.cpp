#include "hpnas/score/patches.hpp"

#include <algorithm>

namespace hpnas {

void copy_patches(const PatchLayer& layer, const float* sample, std::int64_t group, std::int64_t first,
                  std::int64_t last, float* dst) {
    const Conv2dAttributes& a = layer.attributes;
    const std::int64_t height = layer.input[0], width = layer.input[1], channels = layer.input[2];
    const std::int64_t run = layer.group_channels();
    const float* source = sample + group * run;
    for (std::int64_t position = first; position < last; ++position) {
        const std::int64_t top = position / layer.out_width * a.stride - a.padding;
        const std::int64_t left = position % layer.out_width * a.stride - a.padding;
        for (std::int64_t kh = 0; kh < a.kernel; ++kh) {
            const std::int64_t h = top + kh * a.dilation;
            for (std::int64_t kw = 0; kw < a.kernel; ++kw, dst += run) {
                const std::int64_t w = left + kw * a.dilation;
                if (h < 0 || h >= height || w < 0 || w >= width) {
                    std::fill_n(dst, run, 0.0F);
                } else {
                    std::copy_n(source + (h * width + w) * channels, run, dst);
                }
            }
        }
    }
}

}  // namespace hpnas

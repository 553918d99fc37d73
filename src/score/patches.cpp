#include "hpnas/score/patches.hpp"

#include <algorithm>

namespace hpnas {
namespace {

/// One row of the taps of a window, [kernel * channels / groups]: the window begins at pixel `left` of row h of the
/// image; `sample` points at the group's first channel. @return behind the last float written
float* copy_taps(const PatchLayer& layer, const float* sample, std::int64_t h, std::int64_t left, float* dst) {
    const Conv2dAttributes& a = layer.attributes;
    const std::int64_t height = layer.input[0], width = layer.input[1], channels = layer.input[2];
    const std::int64_t run = layer.group_channels();
    if (h < 0 || h >= height) return std::fill_n(dst, a.kernel * run, 0.0F);
    const float* row = sample + h * width * channels;
    if (a.dilation == 1 && run == channels) {  // taps lie side by side
        const std::int64_t begin = std::clamp<std::int64_t>(-left, 0, a.kernel);
        const std::int64_t end = std::clamp(width - left, begin, a.kernel);
        dst = std::fill_n(dst, begin * run, 0.0F);
        dst = std::copy_n(row + (left + begin) * run, (end - begin) * run, dst);
        return std::fill_n(dst, (a.kernel - end) * run, 0.0F);
    }
    for (std::int64_t kw = 0; kw < a.kernel; ++kw) {
        const std::int64_t w = left + kw * a.dilation;
        dst = w < 0 || w >= width ? std::fill_n(dst, run, 0.0F) : std::copy_n(row + w * channels, run, dst);
    }
    return dst;
}

}  // namespace

void copy_patches(const PatchLayer& layer, const float* sample, std::int64_t group, float* dst) {
    const Conv2dAttributes& a = layer.attributes;
    const float* source = sample + group * layer.group_channels();
    for (std::int64_t row = 0; row < layer.out_height; ++row) {
        for (std::int64_t column = 0; column < layer.out_width; ++column) {
            for (std::int64_t kh = 0; kh < a.kernel; ++kh) {
                dst = copy_taps(layer, source, row * a.stride - a.padding + kh * a.dilation,
                                column * a.stride - a.padding, dst);
            }
        }
    }
}

TapRows::TapRows(const PatchLayer& layer, std::int64_t most_rows)
    : layer_(layer),
      reach_((layer.attributes.kernel - 1) * layer.attributes.dilation),
      phases_(std::min(layer.attributes.stride, reach_ + 1)),
      values_(static_cast<std::size_t>(phases_ * image_rows(most_rows) * layer.out_width * layer.taps())) {}

void TapRows::copy(const float* sample, std::int64_t group, std::int64_t first, std::int64_t last) {
    const Conv2dAttributes& a = layer_.attributes;
    const float* source = sample + group * layer_.group_channels();
    rows_ = last - first;
    float* dst = values_.data();
    for (std::int64_t phase = 0; phase < phases_; ++phase) {
        for (std::int64_t row = first; row < first + image_rows(rows_); ++row) {
            for (std::int64_t column = 0; column < layer_.out_width; ++column) {
                dst = copy_taps(layer_, source, row * a.stride + phase - a.padding, column * a.stride - a.padding, dst);
            }
        }
    }
}

std::span<const float> TapRows::of(std::int64_t kh) const {
    const std::int64_t offset = kh * layer_.attributes.dilation, stride = layer_.attributes.stride;
    const std::int64_t image_row = offset % stride * image_rows(rows_) + offset / stride;
    const std::int64_t width = layer_.out_width * layer_.taps();
    return std::span(values_).subspan(static_cast<std::size_t>(image_row * width),
                                      static_cast<std::size_t>(rows_ * width));
}

}  // namespace hpnas

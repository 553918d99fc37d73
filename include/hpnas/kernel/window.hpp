#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// Kernel size, stride, padding and dilation of a two-dimensional convolution or pooling. Padding may differ per side
/// ("same" padding with stride 2 pads one more at the bottom and right).
struct Window {
    std::int64_t kh = 1, kw = 1;
    std::int64_t stride_h = 1, stride_w = 1;
    std::int64_t dilation_h = 1, dilation_w = 1;
    std::int64_t pad_top = 0, pad_bottom = 0, pad_left = 0, pad_right = 0;

    /// Square window; pad < 0 means dilation * (kernel - 1) / 2 on every side.
    static constexpr Window square(std::int64_t kernel, std::int64_t stride = 1, std::int64_t pad = -1,
                                   std::int64_t dilation = 1) noexcept {
        const std::int64_t p = pad < 0 ? dilation * (kernel - 1) / 2 : pad;
        return {kernel, kernel, stride, stride, dilation, dilation, p, p, p, p};
    }
    /// H' = (H + pad_top + pad_bottom - dilation * (kh - 1) - 1) / stride + 1; <= 0 if the window does not fit.
    constexpr std::int64_t out_h(std::int64_t h) const noexcept {
        return out(h + pad_top + pad_bottom - dilation_h * (kh - 1) - 1, stride_h);
    }
    constexpr std::int64_t out_w(std::int64_t w) const noexcept {
        return out(w + pad_left + pad_right - dilation_w * (kw - 1) - 1, stride_w);
    }
    friend constexpr bool operator==(const Window&, const Window&) noexcept = default;

private:
    static constexpr std::int64_t out(std::int64_t room, std::int64_t stride) noexcept {
        return room < 0 ? 0 : room / stride + 1;
    }
};

}  // namespace hpnas::kernel

#pragma once
#include <cstdint>

namespace hpnas::kernel {

struct ReflectPadShape {
    std::int64_t n = 1, h = 1, w = 1, c = 1;  ///< of src
    std::int64_t pad_h = 0, pad_w = 0;        ///< on both sides; below h and w
};

/// dst [n, h + 2 pad_h, w + 2 pad_w, c]: src [n, h, w, c] continued by its mirror image, the border not repeated (c b |
/// a b c | b a).
void reflect_pad(const ReflectPadShape& shape, const float* src, float* dst);
/// Every value's gradient is the sum over the places it was copied to. Overwritten.
void reflect_pad_backward(const ReflectPadShape& shape, const float* diff_dst, float* diff_src);

}  // namespace hpnas::kernel

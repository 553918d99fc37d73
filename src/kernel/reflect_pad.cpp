#include "hpnas/kernel/reflect_pad.hpp"

#include <array>
#include <cstddef>

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Position of src that position `i` of dst copies.
std::int64_t mirrored(std::int64_t i, std::int64_t pad, std::int64_t size) {
    const std::int64_t at = i - pad;
    if (at < 0) return -at;
    return at < size ? at : 2 * (size - 1) - at;
}

/// The positions of dst that copy one position of src.
struct Copies {
    std::array<std::int64_t, 3> at{};
    std::size_t n = 0;
};

Copies copies_of(std::int64_t i, std::int64_t pad, std::int64_t size) {
    Copies copies{{i + pad}, 1};
    if (i >= 1 && i <= pad) copies.at[copies.n++] = pad - i;
    if (i >= size - 1 - pad && i <= size - 2) copies.at[copies.n++] = pad + 2 * (size - 1) - i;
    return copies;
}

}  // namespace

void reflect_pad(const ReflectPadShape& s, const float* src, float* dst) {
    const std::int64_t height = s.h + 2 * s.pad_h, width = s.w + 2 * s.pad_w;
    for_blocks(s.n * height, 1, [=](std::int64_t row, std::int64_t) {
        const float* from = src + (row / height * s.h + mirrored(row % height, s.pad_h, s.h)) * s.w * s.c;
        float* to = dst + row * width * s.c;
        std::copy_n(from, s.w * s.c, to + s.pad_w * s.c);
        for (std::int64_t x = 0; x < s.pad_w; ++x) {
            std::copy_n(from + (s.pad_w - x) * s.c, s.c, to + x * s.c);
            std::copy_n(from + (s.w - 2 - x) * s.c, s.c, to + (s.pad_w + s.w + x) * s.c);
        }
    });
}

void reflect_pad_backward(const ReflectPadShape& s, const float* diff_dst, float* diff_src) {
    const std::int64_t height = s.h + 2 * s.pad_h, width = s.w + 2 * s.pad_w;
    for_blocks(s.n * s.h, 1, [=](std::int64_t row, std::int64_t) {
        const Copies rows = copies_of(row % s.h, s.pad_h, s.h);
        for (std::int64_t x = 0; x < s.w; ++x) {
            const Copies columns = copies_of(x, s.pad_w, s.w);
            float* to = diff_src + (row * s.w + x) * s.c;
            for (std::size_t i = 0; i < rows.n; ++i) {
                for (std::size_t j = 0; j < columns.n; ++j) {
                    const float* from = diff_dst + ((row / s.h * height + rows.at[i]) * width + columns.at[j]) * s.c;
                    if (i + j == 0)
                        std::copy_n(from, s.c, to);
                    else
                        loops().add(to, from, to, s.c);
                }
            }
        }
    });
}

}  // namespace hpnas::kernel

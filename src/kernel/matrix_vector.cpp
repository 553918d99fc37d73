#include "matrix_vector.hpp"

#include <algorithm>

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {

void matrix_vector(const float* weights, const float* src, const float* bias, std::int64_t k, std::int64_t c,
                   float* dst) {
    const std::int64_t rows_per_block = std::max<std::int64_t>(4, elements_per_block / c / 4 * 4);
    for_blocks(k, rows_per_block, [&](std::int64_t begin, std::int64_t end) {
        const float* offsets = bias == nullptr ? nullptr : bias + begin;
        loops().matrix_vector({(end - begin) * c, c}, weights + begin * c, src, offsets, dst + begin);
    });
}

}  // namespace hpnas::kernel

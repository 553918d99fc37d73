#include "hpnas/kernel/embedding.hpp"

#include <omp.h>

#include <cmath>

#include "hpnas/kernel/elementwise.hpp"
#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Columns of the table that one task sums over all tokens. Every element is summed in the order of the tokens however
/// the columns are shared out, so the result does not depend on the number of threads; and rows are best read whole.
std::int64_t columns_per_task(std::int64_t c) {
    constexpr std::int64_t line = 16;
    const std::int64_t threads = omp_get_max_threads();
    return (c + threads * line - 1) / (threads * line) * line;
}

}  // namespace

std::int64_t embedding_row(float id, std::int64_t vocabulary) noexcept {
    const auto last = static_cast<float>(vocabulary - 1);
    const float inside = id > 0 ? std::min(id, last) : 0.0F;  // a comparison with NaN is false
    return std::lround(inside);
}

void embedding_forward(const EmbeddingShape& shape, const float* ids, const float* table, float* dst) {
    const std::int64_t block = std::max<std::int64_t>(1, elements_per_block / shape.c);
    for_blocks(shape.tokens, block, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = begin; t < end; ++t) {
            const float* row = table + embedding_row(ids[t], shape.vocabulary) * shape.c;
            loops().scale(shape.scale, row, nullptr, dst + t * shape.c, shape.c);
        }
    });
}

void embedding_backward(const EmbeddingShape& shape, const float* ids, const float* diff_dst, float* diff_table) {
    fill(0, diff_table, shape.vocabulary * shape.c);
    for_blocks(shape.c, columns_per_task(shape.c), [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t t = 0; t < shape.tokens; ++t) {
            float* sum = diff_table + embedding_row(ids[t], shape.vocabulary) * shape.c;
            const float* diff = diff_dst + t * shape.c;
            for (std::int64_t c = begin; c < end; ++c) sum[c] += shape.scale * diff[c];
        }
    });
}

void token_mask(const float* ids, std::int64_t padding, float* dst, std::int64_t count) {
    const auto unread = static_cast<float>(padding);
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) dst[i] = std::nearbyint(ids[i]) == unread ? 0.0F : 1.0F;
    });
}

}  // namespace hpnas::kernel

#include "hpnas/kernel/embedding.hpp"

#include <cmath>

#include "hpnas/kernel/elementwise.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {
namespace {

/// Columns of the table that one task sums over all tokens: few enough to share a narrow table among threads.
constexpr std::int64_t columns_per_task = 64;

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
            for (std::int64_t c = 0; c < shape.c; ++c) dst[t * shape.c + c] = shape.scale * row[c];
        }
    });
}

void embedding_backward(const EmbeddingShape& shape, const float* ids, const float* diff_dst, float* diff_table) {
    fill(0, diff_table, shape.vocabulary * shape.c);
    for_blocks(shape.c, columns_per_task, [=](std::int64_t begin, std::int64_t end) {
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

#pragma once
#include <cstdint>

namespace hpnas::kernel {

struct EmbeddingShape {
    std::int64_t tokens = 1;      ///< of the whole batch
    std::int64_t vocabulary = 1;  ///< rows of the table, at most 2^24 (ids are floats)
    std::int64_t c = 1;
    float scale = 1;  ///< factor on the rows read
};

/// The table's row that an id means: the nearest integer, moved into [0, vocabulary). So no id, NaN included, reads
/// outside the table; whether an id outside is a mistake is for the source of the data to say.
std::int64_t embedding_row(float id, std::int64_t vocabulary) noexcept;

/// dst[t] = scale * table[row of ids[t]]. ids [tokens], table [vocabulary, c], dst [tokens, c].
void embedding_forward(const EmbeddingShape& shape, const float* ids, const float* table, float* dst);
/// diff_table[v] = scale * the sum of diff_dst[t] over the tokens of id v, in their order; the rest zeros. Overwritten.
void embedding_backward(const EmbeddingShape& shape, const float* ids, const float* diff_dst, float* diff_table);

/// dst[t] = 1, or 0 where the nearest integer of ids[t] is `padding`.
void token_mask(const float* ids, std::int64_t padding, float* dst, std::int64_t count);

}  // namespace hpnas::kernel

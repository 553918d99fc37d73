#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "hpnas/data/epoch_order.hpp"
#include "hpnas/data/span_set.hpp"
#include "hpnas/data/text_set.hpp"

namespace hpnas {

/// What belongs to the rows of a batch of token sequences; valid until the loader's next fill().
struct TokenBatch {
    std::span<const std::int64_t> samples;  ///< [batch] index of each row's example in its set
    std::span<const std::int64_t> labels;   ///< [batch] class; empty for spans
    std::span<const std::int64_t> begins,
        ends;                ///< [batch] tokens of the answer, 0 if the window lacks it; empty for texts
    std::int64_t valid = 0;  ///< rows that count; later rows repeat the last one
};

/// Makes batches of token sequences as the networks of the spaces `bert`, `flexibert` and `transformer` read them:
/// inputs tokens [batch, L] and segments [batch, L], whole numbers as floats. Shorter sequences are filled up with
/// `padding` (and segment 0), longer ones are cut at L. What a row holds is a pure function of (seed, epoch, sample).
class TokenLoader {
public:
    struct Options {
        std::int64_t batch = 1;
        std::int64_t sequence = 128;  ///< L
        std::uint64_t seed = 0;
        bool training = false;  ///< shuffled, an incomplete last batch dropped; else in order, the last batch padded
        std::int64_t padding = 0;
        /// Training: a token of the text becomes `masked` with this probability (word dropout); special tokens, i.e.
        /// the first one and those equal to `separator`, never do.
        double mask_rate = 0;
        std::int64_t masked = 1, separator = 3;
    };
    /// @throws DataError if the subset is empty, or in training has fewer examples than one batch
    TokenLoader(TextSubset texts, Options options);
    TokenLoader(SpanSubset windows, Options options);
    TokenLoader(const TokenLoader&) = delete;
    TokenLoader& operator=(const TokenLoader&) = delete;
    TokenLoader(TokenLoader&&) noexcept = default;
    TokenLoader& operator=(TokenLoader&&) noexcept = default;

    /// Of one epoch.
    std::int64_t n_batches() const noexcept { return order_.n_batches(); }
    std::int64_t n_examples() const noexcept { return order_.n_examples(); }
    /// Writes batch `index` of `epoch`. @param tokens, segments  [batch, L]; segments may be empty if nobody reads them
    const TokenBatch& fill(std::int64_t epoch, std::int64_t index, std::span<float> tokens, std::span<float> segments);

private:
    TokenLoader(EpochOrder order, std::vector<std::int64_t> indices, Options options);
    void write_answer(std::size_t row);
    void write_row(std::int64_t epoch, std::size_t row, std::span<float> tokens, std::span<float> segments) const;

    EpochOrder order_;
    std::vector<std::int64_t> indices_;
    Options options_;
    std::shared_ptr<const TextSet> texts_;  // one of the two
    std::shared_ptr<const SpanSet> windows_;
    const TokenSequences* sequences_ = nullptr;                               // of that one
    std::vector<std::int64_t> positions_, samples_, labels_, begins_, ends_;  // [batch]
    TokenBatch batch_;
};

}  // namespace hpnas

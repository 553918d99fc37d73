#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hpnas/data/epoch_order.hpp"
#include "hpnas/data/spec_augment.hpp"
#include "hpnas/data/spectrogram_set.hpp"

namespace hpnas {

/// What belongs to the rows of a batch of recordings; valid until the loader's next fill().
struct SpectrogramBatch {
    std::span<const std::int64_t> samples;  ///< [batch] index of each row's recording in its set
    std::span<const std::int64_t> labels;   ///< [batch] class: the first target
    std::span<const std::int64_t> frames;   ///< [batch] frames of each row that are no padding
    /// [batch, most_targets] token ids of the target sequence (class + speech_tokens::first_class), -1 behind its end;
    /// for CTC.
    std::span<const std::int64_t> targets;
    std::span<const std::int64_t> lengths;  ///< [batch] of the target sequences
    /// [batch, tokens] what a decoder that reads fill()'s `tokens` should say: the targets, then speech_tokens::end,
    /// then -1. Empty without decoder.
    std::span<const std::int64_t> next;
    std::int64_t most_targets = 0;  ///< columns of `targets`: the longest of the set
    std::int64_t valid = 0;         ///< rows that count; later rows repeat the last one
};

/// Makes normalised batches of recordings: frames [batch, T, mels, 1] (or [batch, T, mels], the same numbers) and, for
/// a decoder, tokens [batch, S]: speech_tokens::begin, the targets, then padding (0). Frames behind the end are 0, i.e.
/// the mean; recordings longer than T are cut. What a row holds is a pure function of (seed, epoch, sample).
class SpectrogramLoader {
public:
    struct Options {
        std::int64_t batch = 1;
        std::int64_t frames = 100;  ///< T
        std::int64_t tokens = 0;    ///< S, at least the longest target sequence + 1; 0: no decoder
        std::uint64_t seed = 0;
        /// Set: training, i.e. shuffled, masked, an incomplete last batch dropped. Not set: in order, plain, the last
        /// batch padded.
        std::optional<SpecAugmentOptions> augmentation{};
    };
    /// @throws DataError if the subset is empty, in training has fewer recordings than one batch, or has a target
    ///         sequence that S tokens do not hold
    SpectrogramLoader(SpectrogramSubset recordings, Normalization normalization, Options options);
    SpectrogramLoader(const SpectrogramLoader&) = delete;
    SpectrogramLoader& operator=(const SpectrogramLoader&) = delete;
    SpectrogramLoader(SpectrogramLoader&&) noexcept = default;
    SpectrogramLoader& operator=(SpectrogramLoader&&) noexcept = default;

    /// Of one epoch.
    std::int64_t n_batches() const noexcept { return order_.n_batches(); }
    std::int64_t n_examples() const noexcept { return order_.n_examples(); }
    /// Writes batch `index` of `epoch`. @param frames [batch, T, mels]   @param tokens [batch, S], empty without
    /// decoder
    const SpectrogramBatch& fill(std::int64_t epoch, std::int64_t index, std::span<float> frames,
                                 std::span<float> tokens = {});

private:
    void write_row(std::int64_t epoch, std::size_t row, std::span<float> frames) const;
    void write_targets(std::size_t row, std::span<float> tokens);

    EpochOrder order_;
    SpectrogramSubset recordings_;
    Normalization normalization_;
    Options options_;
    std::vector<std::int64_t> positions_, samples_, labels_, frames_, lengths_;  // [batch]
    std::vector<std::int64_t> targets_, next_;
    SpectrogramBatch batch_;
};

}  // namespace hpnas

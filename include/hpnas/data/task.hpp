#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hpnas/data/image_set.hpp"
#include "hpnas/data/normalization.hpp"
#include "hpnas/data/span_set.hpp"
#include "hpnas/data/spectrogram_set.hpp"
#include "hpnas/data/text_set.hpp"
#include "hpnas/data/word_piece.hpp"

namespace hpnas {

/// Images of classes. Copies share the pixels.
struct ImageTask {
    ImageSubset train, validation;
    ImageSubset test;                  ///< never seen by a search; may be empty
    Normalization normalization;       ///< of `train`
    std::vector<std::string> notes{};  ///< what was left out or is odd, one sentence each; as in the other tasks

    const Shape& image_shape() const noexcept { return train.images->shape; }  ///< as stored, [H, W, C]
    std::int64_t n_classes() const noexcept { return train.images->n_classes(); }
};

/// Texts of classes.
struct TextTask {
    TextSubset train, validation, test;            ///< test may be empty
    std::shared_ptr<const WordPiece> word_pieces;  ///< what made the tokens: belongs to every model trained on them
    std::int64_t sequence = 0;                     ///< L: tokens of a row
    std::vector<std::string> notes{};

    std::int64_t n_classes() const noexcept { return train.set->n_classes(); }
    std::int64_t vocabulary() const noexcept { return word_pieces->vocabulary().size(); }
};

/// Questions whose answers are spans of a context.
struct SpanTask {
    SpanSubset train, validation, test;
    std::shared_ptr<const WordPiece> word_pieces;
    std::int64_t sequence = 0;
    std::vector<std::string> notes{};

    std::int64_t vocabulary() const noexcept { return word_pieces->vocabulary().size(); }
};

/// Recordings of classes, or of sequences of them.
struct SpectrogramTask {
    SpectrogramSubset train, validation, test;
    Normalization normalization;  ///< of `train`, one value per mel
    bool sequences = false;       ///< targets are sequences (CTC, decoder), not single classes
    std::int64_t frames = 0;      ///< T: frames of a row
    std::int64_t tokens = 0;      ///< S: the longest target sequence + 1, what a decoder reads
    std::vector<std::string> notes{};

    std::int64_t mels() const noexcept { return train.set->mels; }
    std::int64_t n_classes() const noexcept { return train.set->n_classes(); }
    /// Token ids of networks that read or write sequences: the special ones, then the classes.
    std::int64_t vocabulary() const noexcept { return speech_tokens::first_class + n_classes(); }
};

/// What networks are trained and judged on. Its kind decides which networks, losses and metrics fit.
using Task = std::variant<ImageTask, TextTask, SpanTask, SpectrogramTask>;

/// "images", "texts", "questions" or "recordings".
std::string_view kind_of(const Task& task) noexcept;
const std::vector<std::string>& notes_of(const Task& task) noexcept;

/// Adds a note for every class that no example of the training part has.
void note_unseen_classes(ImageTask& task);
void note_unseen_classes(TextTask& task);
void note_unseen_classes(SpectrogramTask& task);

}  // namespace hpnas

#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/data/subset.hpp"
#include "hpnas/data/token_sequences.hpp"

namespace hpnas {

/// Questions whose answers are spans of a context, cut into windows that fit a network. An example is a window:
/// [CLS] question [SEP] a run of the context's pieces [SEP]; a long context has several, overlapping ones.
struct SpanSet {
    struct Question {
        std::string id, text;
        std::int64_t context = 0;
        std::vector<std::string> answers;              ///< accepted, as they are written
        std::int64_t first_window = 0, n_windows = 0;  ///< its windows are consecutive
    };
    struct Window {
        std::int64_t question = 0;
        std::int64_t context_begin = 0, n_pieces = 0;  ///< tokens of the sequence that are pieces of the context
        std::int64_t first_piece = 0;                  ///< the first of them, in `pieces`
        /// Tokens of the sequence at which the first answer begins and ends (inclusive); both 0, i.e. [CLS], if it is
        /// not whole in this window.
        std::int64_t begin = 0, end = 0;
    };
    std::vector<std::string> contexts;  ///< UTF-8
    std::vector<Question> questions;
    std::vector<Window> windows;
    TokenSequences sequences;  ///< [windows]
    std::vector<std::array<std::int32_t, 2>>
        pieces;  ///< of all contexts: first and one past the last byte in its context
    std::string source;

    std::int64_t size() const noexcept { return sequences.size(); }
    std::int64_t n_questions() const noexcept { return static_cast<std::int64_t>(questions.size()); }
    /// The words of the context from token `begin` to token `end` (inclusive) of a window, as written.
    /// @pre both are pieces of the context, begin <= end
    std::string_view text(std::int64_t window, std::int64_t begin, std::int64_t end) const;
    /// Of tokens and answers; equal on every machine, so it may be stored.
    std::uint64_t hash() const;
};

/// Windows; those of one question stay together.
using SpanSubset = Subset<SpanSet>;

}  // namespace hpnas

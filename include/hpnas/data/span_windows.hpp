#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/data/span_set.hpp"
#include "hpnas/data/squad.hpp"
#include "hpnas/data/word_piece.hpp"

namespace hpnas {

/// How questions and contexts become windows. The defaults are BERT's (and DE-NAS's).
struct WindowOptions {
    std::int64_t sequence = 384;  ///< tokens of a window
    std::int64_t stride = 128;    ///< pieces of the context from one window to the next
    std::int64_t question = 64;   ///< most pieces of a question; the rest is cut

    void visit(OptionVisitor& v) {
        v.integer({"sequence", "tokens of a window: [CLS] question [SEP] context [SEP]", 8, 65536}, sequence);
        v.integer({"stride", "pieces of the context from one window to the next", 1, 65536}, stride);
        v.integer({"question_length", "most pieces of a question; the rest is cut", 1, 65536}, question);
    }
};

/// Windows of all questions; every piece of a context is in at least one. The first answer's pieces are those that its
/// characters touch.
/// @throws DataError if a question leaves no room for the context
SpanSet make_windows(const SquadFile& file, const WordPiece& word_pieces, const WindowOptions& options);

}  // namespace hpnas

#include "hpnas/data/span_windows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

using Pieces = std::vector<Piece>;

/// First and last piece that the bytes [begin, end) touch; empty if none does.
struct PieceRange {
    std::int64_t first = 0, last = -1;
};
PieceRange touched(const Pieces& pieces, std::int64_t begin, std::int64_t end) {
    PieceRange range{0, -1};
    const auto n = static_cast<std::int64_t>(pieces.size());
    while (range.first < n && pieces[static_cast<std::size_t>(range.first)].end <= begin) ++range.first;
    range.last = range.first - 1;
    while (range.last + 1 < n && pieces[static_cast<std::size_t>(range.last + 1)].begin < end) ++range.last;
    return range;
}

class WindowMaker {
public:
    WindowMaker(const SquadFile& file, const WordPiece& word_pieces, const WindowOptions& options)
        : file_(file), word_pieces_(word_pieces), options_(options) {
        set_.contexts = file.contexts;
        set_.source = file.source;
    }

    SpanSet make() {
        for (const SquadFile::Question& question : file_.questions) add(question);
        return std::move(set_);
    }

private:
    /// Questions of a context follow each other, so each context is cut into pieces once.
    void open_context(std::int64_t context) {
        if (context == context_) return;
        context_ = context;
        first_piece_ = static_cast<std::int64_t>(set_.pieces.size());
        pieces_ = word_pieces_.pieces(file_.contexts[static_cast<std::size_t>(context)]);
        for (const Piece& piece : pieces_) set_.pieces.push_back({piece.begin, piece.end});
    }

    void add(const SquadFile::Question& question) {
        open_context(question.context);
        const Vocabulary& vocabulary = word_pieces_.vocabulary();
        std::vector<std::int32_t> start{static_cast<std::int32_t>(vocabulary.first())};
        for (const Piece& piece : word_pieces_.pieces(question.text))
            if (static_cast<std::int64_t>(start.size()) <= options_.question) start.push_back(piece.id);
        start.push_back(static_cast<std::int32_t>(vocabulary.separator()));
        const std::int64_t room = options_.sequence - static_cast<std::int64_t>(start.size()) - 1;
        if (room < 1)
            throw DataError(fmt::format("{}: question {}: expected a sequence longer than {} tokens, got {}",
                                        file_.source, question.id, start.size() + 1, options_.sequence));
        PieceRange answer;
        if (question.answer_begin >= 0)
            answer = touched(pieces_, question.answer_begin,
                             question.answer_begin + static_cast<std::int64_t>(question.answers[0].size()));
        const auto n = static_cast<std::int64_t>(pieces_.size()), first_window = set_.size();
        for (std::int64_t from = 0;; from += std::min(room, options_.stride)) {
            add_window(start, from, std::min(room, n - from), answer);
            if (from + room >= n) break;
        }
        set_.questions.push_back(
            {question.id, question.text, question.context, question.answers, first_window, set_.size() - first_window});
    }

    void add_window(const std::vector<std::int32_t>& start, std::int64_t from, std::int64_t count, PieceRange answer) {
        SpanSet::Window window;
        window.question = static_cast<std::int64_t>(set_.questions.size());
        window.context_begin = static_cast<std::int64_t>(start.size());
        window.n_pieces = count;
        window.first_piece = first_piece_ + from;
        if (answer.first <= answer.last && answer.first >= from && answer.last < from + count) {
            window.begin = window.context_begin + answer.first - from;
            window.end = window.context_begin + answer.last - from;
        }
        std::vector<std::int32_t> sequence = start;
        for (std::int64_t i = from; i < from + count; ++i) sequence.push_back(pieces_[static_cast<std::size_t>(i)].id);
        sequence.push_back(static_cast<std::int32_t>(word_pieces_.vocabulary().separator()));
        set_.windows.push_back(window);
        set_.sequences.append(sequence, window.context_begin);
    }

    const SquadFile& file_;
    const WordPiece& word_pieces_;
    WindowOptions options_;
    SpanSet set_;
    std::int64_t context_ = -1, first_piece_ = 0;
    Pieces pieces_;  // of the open context
};

}  // namespace

SpanSet make_windows(const SquadFile& file, const WordPiece& word_pieces, const WindowOptions& options) {
    return WindowMaker(file, word_pieces, options).make();
}

}  // namespace hpnas

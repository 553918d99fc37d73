#include "hpnas/data/text_task.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/data/vocabulary_builder.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t longest_by_default = 512;

std::vector<std::int32_t> ids(const WordPiece& word_pieces, std::string_view text) {
    std::vector<std::int32_t> result;
    for (const Piece& piece : word_pieces.pieces(text)) result.push_back(piece.id);
    return result;
}

/// Makes token ids of texts and counts what is lost.
class Tokenising {
public:
    Tokenising(const WordPiece& word_pieces, std::int64_t most) : word_pieces_(word_pieces), most_(most) {}

    TextSet operator()(const LabelledTexts& part) {
        TextSet set{{}, part.labels, part.classes, part.source};
        std::vector<std::int32_t> joined;
        for (std::size_t i = 0; i < part.texts.size(); ++i) {
            const bool pair = !part.seconds.empty();
            const auto first = ids(word_pieces_, part.texts[i]);
            const auto second = pair ? ids(word_pieces_, part.seconds[i]) : std::vector<std::int32_t>();
            const auto whole = static_cast<std::int64_t>(first.size() + second.size()) + (pair ? 3 : 2);
            cut_ += whole > most_ ? 1 : 0;
            const std::int64_t begins = join_pieces(word_pieces_.vocabulary(), first, second, pair, most_, joined);
            unknown_ += std::count(joined.begin(), joined.end(), word_pieces_.vocabulary().unknown());
            set.sequences.append(joined, begins);
        }
        tokens_ += static_cast<std::int64_t>(set.sequences.tokens.size());
        texts_ += set.size();
        return set;
    }
    void limit(std::int64_t most) { most_ = most; }
    void add_notes(std::vector<std::string>& notes) const {
        if (cut_ > 0) notes.push_back(fmt::format("{} of {} texts were cut at {} tokens", cut_, texts_, most_));
        if (unknown_ > 0)
            notes.push_back(
                fmt::format("{} of {} tokens are words that the vocabulary lacks ([UNK])", unknown_, tokens_));
    }

private:
    const WordPiece& word_pieces_;
    std::int64_t most_;
    std::int64_t cut_ = 0, unknown_ = 0, tokens_ = 0, texts_ = 0;
};

std::int64_t longest(const TextSet& texts) {
    std::int64_t most = 1;
    for (std::int64_t i = 0; i < texts.size(); ++i)
        most = std::max(most, static_cast<std::int64_t>(texts.sequences[i].size()));
    return most;
}

/// Which texts of parts.train are trained on, and which are held out if there is no validation part.
IndexSplit divide(const TextParts& parts, SplitOptions options) {
    if (parts.validation.texts.empty()) return stratified_split(parts.train.labels, options, parts.train.source);
    IndexSplit split;
    const std::int64_t n = parts.train.size();
    if (options.train_images > 0 && options.train_images < n) {
        options.validation_images = n - options.train_images;
        split.train = stratified_split(parts.train.labels, options, parts.train.source).train;
    } else {
        split.train.resize(static_cast<std::size_t>(n));
        std::iota(split.train.begin(), split.train.end(), 0);
    }
    return split;
}

}  // namespace

WordPiece make_word_piece(const WordPieceOptions& options, const std::vector<std::string>& training_texts,
                          const std::string& source) {
    if (options.vocabulary.find('\n') != std::string::npos)
        return WordPiece(Vocabulary::parse(options.vocabulary, "data.vocabulary"), options.lower_case);
    if (!options.vocabulary.empty()) return WordPiece(Vocabulary::read(options.vocabulary), options.lower_case);
    WordCounts counts;
    for (const std::string& text : training_texts) count_words(text, options.lower_case, counts);
    const VocabularyOptions made{.size = options.vocabulary_size, .whole_words = options.whole_words};
    return WordPiece(build_vocabulary(counts, made, source), options.lower_case);
}

std::int64_t join_pieces(const Vocabulary& vocabulary, std::vector<std::int32_t> text, std::vector<std::int32_t> second,
                         bool pair, std::int64_t most, std::vector<std::int32_t>& joined) {
    const auto room = static_cast<std::size_t>(std::max<std::int64_t>(0, most - (pair ? 3 : 2)));
    while (text.size() + second.size() > room) (text.size() >= second.size() ? text : second).pop_back();
    const auto separator = static_cast<std::int32_t>(vocabulary.separator());
    joined.assign(1, static_cast<std::int32_t>(vocabulary.first()));
    joined.insert(joined.end(), text.begin(), text.end());
    joined.push_back(separator);
    const auto begins = static_cast<std::int64_t>(joined.size());
    if (!pair) return begins;
    joined.insert(joined.end(), second.begin(), second.end());
    joined.push_back(separator);
    return begins;
}

TextTask make_text_task(const TextParts& parts, const TextTaskOptions& options) {
    TextTask task;
    IndexSplit split = divide(parts, options.split);
    std::vector<std::string> corpus;
    for (const std::int64_t i : split.train) {
        corpus.push_back(parts.train.texts[static_cast<std::size_t>(i)]);
        if (!parts.train.seconds.empty()) corpus.push_back(parts.train.seconds[static_cast<std::size_t>(i)]);
    }
    task.word_pieces =
        std::make_shared<const WordPiece>(make_word_piece(options.word_piece, corpus, parts.train.source));

    Tokenising tokenise(*task.word_pieces, options.sequence > 0 ? options.sequence : longest_by_default);
    const auto set = std::make_shared<const TextSet>(tokenise(parts.train));
    task.sequence = options.sequence > 0 ? options.sequence : longest(*set);
    tokenise.limit(task.sequence);
    task.train = {set, std::move(split.train)};
    task.validation = parts.validation.texts.empty()
                          ? TextSubset{set, std::move(split.validation)}
                          : all_of(std::make_shared<const TextSet>(tokenise(parts.validation)));
    task.test = all_of(std::make_shared<const TextSet>(tokenise(parts.test)));
    tokenise.add_notes(task.notes);
    note_unseen_classes(task);
    return task;
}

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/data/labelled_texts.hpp"
#include "hpnas/data/split.hpp"
#include "hpnas/data/task.hpp"

namespace hpnas {

/// Where the pieces of words come from.
struct WordPieceOptions {
    std::string vocabulary;
    std::int64_t vocabulary_size = 8000;
    bool whole_words = false;
    bool lower_case = true;

    void visit(OptionVisitor& v) {
        v.text({"vocabulary", "vocab.txt, or its lines; empty: one is made from the training texts"}, vocabulary);
        v.integer({"vocabulary_size", "most pieces of a vocabulary that is made", 100, 1e7}, vocabulary_size);
        v.boolean({"whole_words", "a vocabulary that is made holds words that occur twice or more, not parts of words"},
                  whole_words);
        v.boolean({"lower_case", "texts in lower case and without accents, as BERT's uncased vocabularies need"},
                  lower_case);
    }
};

/// The tokenizer that the options name, or one whose vocabulary is made of `training_texts`.
/// @throws DataError
WordPiece make_word_piece(const WordPieceOptions& options, const std::vector<std::string>& training_texts,
                          const std::string& source);

/// [CLS] text [SEP] (second [SEP]) of at most `most` tokens: of a pair, the longer text gives up tokens first.
/// @return position at which the second begins, or the length
std::int64_t join_pieces(const Vocabulary& vocabulary, std::vector<std::int32_t> text, std::vector<std::int32_t> second,
                         bool pair, std::int64_t most, std::vector<std::int32_t>& joined);

struct TextTaskOptions {
    WordPieceOptions word_piece;
    std::int64_t sequence = 0;
    SplitOptions split;

    void visit(OptionVisitor& v) {
        word_piece.visit(v);
        v.integer({"sequence",
                   "tokens of a text, [CLS] and [SEP] included; longer texts are cut; 0: the longest "
                   "text of the training file, at most 512",
                   0, 65536},
                  sequence);
        split.visit_examples(v);
    }
};

/// Tokenises; if there is no validation part, holds training texts out for it. Notes say how many texts were cut, how
/// many tokens are unknown, and which classes are never seen in training.
TextTask make_text_task(const TextParts& parts, const TextTaskOptions& options);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "hpnas/data/vocabulary.hpp"

namespace hpnas {

/// A piece of a text and where it stands there.
struct Piece {
    std::int32_t id = 0;
    std::int32_t begin = 0, end = 0;  ///< first and one past the last byte
};

/// BERT's tokenizer: basic_words(), then for each word greedily the longest piece that the vocabulary has; a word with
/// a part that it lacks, or of more than 200 characters, is [UNK] as a whole. A regular value; thread-safe. Source:
/// Devlin et al., NAACL 2019, and the program published with it.
class WordPiece {
public:
    explicit WordPiece(Vocabulary vocabulary, bool lower_case = true)
        : vocabulary_(std::move(vocabulary)), lower_case_(lower_case) {}

    const Vocabulary& vocabulary() const noexcept { return vocabulary_; }
    bool lower_case() const noexcept { return lower_case_; }
    std::vector<Piece> pieces(std::string_view text) const;

private:
    Vocabulary vocabulary_;
    bool lower_case_;
};

}  // namespace hpnas

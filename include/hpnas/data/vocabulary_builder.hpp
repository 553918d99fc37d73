#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "hpnas/data/vocabulary.hpp"

namespace hpnas {

/// How often each word of a corpus occurs.
using WordCounts = std::map<std::string, std::int64_t, std::less<>>;

/// Adds the words that basic_words() makes of `text`.
void count_words(std::string_view text, bool lower_case, WordCounts& counts);

struct VocabularyOptions {
    std::int64_t size = 8000;          ///< most pieces, special ones included
    double coverage = 0.9999;          ///< share of the corpus' characters that have pieces: the rarest ones become [UNK]
    std::int64_t least_frequency = 2;  ///< of a pair of pieces to be joined, or of a whole word
    bool whole_words = false;          ///< no parts of words: what is rarer is [UNK]
};

/// A vocabulary for WordPiece from a corpus: [PAD] [UNK] [CLS] [SEP] [MASK], every kept character alone and behind "##"
/// (so no word of kept characters is unknown), then pieces in the order in which they arise: the most frequent pair of
/// neighbouring pieces is joined, again and again. Ties go to the pieces that arose first, so the result is a pure
/// function of its arguments. Source: byte-pair encoding, Sennrich et al., ACL 2016, on characters; the program that
/// made BERT's own vocabulary was not published.
/// With `whole_words` the special pieces are followed by the most frequent words as they are (ties in alphabetical
/// order). Networks that start from nothing on little text learn more from these: words seen once teach them [UNK],
/// where their pieces would be learned by heart.
/// @throws DataError if `size` does not hold the special pieces and characters
Vocabulary build_vocabulary(const WordCounts& counts, const VocabularyOptions& options, const std::string& source);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hpnas {

/// A word as BERT's basic tokenizer makes it, one entry per character.
struct BasicWord {
    std::string text;                   ///< UTF-8, normalised
    std::vector<std::int32_t> offsets;  ///< byte in `text` of each character, and the length of `text` behind the last
    std::vector<std::int32_t> begins;   ///< byte in the source at which the character that it came from begins
    std::vector<std::int32_t> ends;     ///< one past the last

    std::int32_t n_characters() const noexcept { return static_cast<std::int32_t>(begins.size()); }
};

/// Cuts a text into words: control characters, U+0000, U+FFFD and bytes that are no UTF-8 are dropped; white space
/// separates; every CJK ideograph and every punctuation character (ASCII symbols and Unicode category P) is a word of
/// its own. With `lower_case`, words are in lower case (Unicode's full mapping) and without accents (NFD, category Mn
/// dropped). Source: the basic tokenizer published with Devlin et al., NAACL 2019.
std::vector<BasicWord> basic_words(std::string_view utf8, bool lower_case = true);

/// Byte of the first sequence that is no UTF-8; npos if there is none.
std::size_t find_invalid_utf8(std::string_view text) noexcept;

}  // namespace hpnas

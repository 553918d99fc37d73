#include "hpnas/data/basic_words.hpp"

#include <unicode/casemap.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// A code point and the bytes of the source that it came from.
struct Character {
    UChar32 code;
    std::int32_t begin, end;
};

void check(UErrorCode code) {
    if (U_FAILURE(code)) throw InternalError(std::string("ICU: ") + u_errorName(code));
}

bool is_space(UChar32 c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || u_charType(c) == U_SPACE_SEPARATOR;
}

bool is_dropped(UChar32 c) {
    const auto type = u_charType(c);
    return c == 0 || c == 0xFFFD || type == U_CONTROL_CHAR || type == U_FORMAT_CHAR;
}

bool is_punctuation(UChar32 c) {
    if (c < 128) return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
    return u_ispunct(c) != 0;
}

/// The blocks of ideographs that BERT takes apart; not kana, not hangul, which are written with spaces or syllables.
bool is_ideograph(UChar32 c) {
    constexpr std::array<std::array<UChar32, 2>, 8> blocks{{{0x4E00, 0x9FFF},
                                                            {0x3400, 0x4DBF},
                                                            {0x20000, 0x2A6DF},
                                                            {0x2A700, 0x2B73F},
                                                            {0x2B740, 0x2B81F},
                                                            {0x2B820, 0x2CEAF},
                                                            {0xF900, 0xFAFF},
                                                            {0x2F800, 0x2FA1F}}};
    for (const auto& [first, last] : blocks)
        if (c >= first && c <= last) return true;
    return false;
}

/// Appends what `c` is without accents.
void append_plain(const Character& c, const icu::Normalizer2& nfd, std::vector<Character>& word) {
    icu::UnicodeString parts;
    if (c.code < 128 || !nfd.getDecomposition(c.code, parts)) {
        if (c.code < 128 || u_charType(c.code) != U_NON_SPACING_MARK) word.push_back(c);
        return;
    }
    for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1))
        if (const UChar32 part = parts.char32At(i); u_charType(part) != U_NON_SPACING_MARK)
            word.push_back({part, c.begin, c.end});
}

std::vector<Character> ascii_lowered(std::vector<Character> word) {
    for (Character& c : word)
        if (c.code >= 'A' && c.code <= 'Z') c.code += 'a' - 'A';
    return word;
}

/// In lower case and without accents. The whole word at once, because lower case depends on the neighbours (a final
/// sigma) and may be longer than the word.
std::vector<Character> plain(const std::vector<Character>& word) {
    bool ascii = true;
    icu::UnicodeString source;
    std::vector<const Character*> units;  // by UTF-16 unit of `source`
    for (const Character& c : word) {
        ascii = ascii && c.code < 128;
        source.append(c.code);
        units.resize(static_cast<std::size_t>(source.length()), &c);
    }
    if (ascii) return ascii_lowered(word);

    UErrorCode code = U_ZERO_ERROR;
    const icu::Normalizer2& nfd = *icu::Normalizer2::getNFDInstance(code);
    check(code);
    std::vector<char16_t> lower(
        static_cast<std::size_t>(3 * source.length() + 1));  // full mappings are at most 3 units
    icu::Edits edits;
    const std::int32_t length = icu::CaseMap::toLower("", 0, source.getBuffer(), source.length(), lower.data(),
                                                      static_cast<std::int32_t>(lower.size()), &edits, code);
    check(code);
    std::vector<Character> result;
    auto places = edits.getFineIterator();
    for (std::int32_t i = 0; i < length;) {
        const std::int32_t from = places.sourceIndexFromDestinationIndex(i, code);
        check(code);
        const Character& origin = *units[static_cast<std::size_t>(std::min(from, source.length() - 1))];
        UChar32 c = 0;
        U16_NEXT(lower.data(), i, length, c);
        append_plain({c, origin.begin, origin.end}, nfd, result);
    }
    return result;
}

BasicWord to_word(const Character* first, const Character* last) {
    BasicWord word;
    for (; first != last; ++first) {
        word.offsets.push_back(static_cast<std::int32_t>(word.text.size()));
        word.begins.push_back(first->begin);
        word.ends.push_back(first->end);
        std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
        std::int32_t n = 0;
        U8_APPEND_UNSAFE(bytes.data(), n, first->code);
        word.text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(n));
    }
    word.offsets.push_back(static_cast<std::int32_t>(word.text.size()));
    return word;
}

/// Appends the parts of a word without white space: punctuation stands alone.
void append_words(const std::vector<Character>& word, std::vector<BasicWord>& words) {
    const Character *at = word.data(), *const end = at + word.size();
    for (const Character* first = at; first != end; first = at) {
        if (is_punctuation(first->code))
            ++at;
        else
            while (at != end && !is_punctuation(at->code)) ++at;
        words.push_back(to_word(first, at));
    }
}

}  // namespace

std::vector<BasicWord> basic_words(std::string_view utf8, bool lower_case) {
    std::vector<BasicWord> words;
    std::vector<Character> word;
    const auto finish = [&] {
        if (!word.empty()) append_words(lower_case ? plain(word) : word, words);
        word.clear();
    };
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const auto length = static_cast<std::int32_t>(utf8.size());
    for (std::int32_t at = 0; at < length;) {
        Character c{0, at, 0};
        U8_NEXT(bytes, at, length, c.code);
        c.end = at;
        if (c.code >= 0 && is_space(c.code)) {
            finish();
        } else if (c.code < 0 || is_dropped(c.code)) {
            continue;
        } else if (is_ideograph(c.code)) {
            finish();
            word.push_back(c);
            finish();
        } else {
            word.push_back(c);
        }
    }
    finish();
    return words;
}

std::size_t find_invalid_utf8(std::string_view text) noexcept {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        const std::int32_t begin = at;
        UChar32 c = 0;
        U8_NEXT(bytes, at, length, c);
        if (c < 0) return static_cast<std::size_t>(begin);
    }
    return std::string_view::npos;
}

}  // namespace hpnas

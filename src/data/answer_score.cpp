#include "hpnas/data/answer_score.hpp"

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <vector>

namespace hpnas {
namespace {

bool is_ascii_punctuation(UChar32 c) {
    return (c >= 33 && c <= 47) || (c >= 58 && c <= 64) || (c >= 91 && c <= 96) || (c >= 123 && c <= 126);
}

/// What the evaluation program's language takes for a character of a word, and for white space.
bool is_word_character(UChar32 c) { return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0; }
bool is_white_space(UChar32 c) { return u_isUWhiteSpace(c) || (c >= 0x1C && c <= 0x1F); }

bool is_article(const icu::UnicodeString& word) { return word == u"a" || word == u"an" || word == u"the"; }

std::string utf8(const icu::UnicodeString& text) {
    std::string result;
    text.toUTF8String(result);
    return result;
}

/// Normalised words. An article is one between any two characters that belong to no word, so "the-end", whose dash is
/// punctuation, becomes theend, but in "a\u2013b" the a goes.
std::vector<std::string> normalized_words(std::string_view answer) {
    icu::UnicodeString text =
        icu::UnicodeString::fromUTF8(icu::StringPiece(answer.data(), static_cast<std::int32_t>(answer.size())));
    text.toLower(icu::Locale::getRoot());
    std::vector<std::string> words;
    icu::UnicodeString word, run;  // `run`: characters of words at the end of `word`
    const auto end_run = [&] {
        const bool article = is_article(run);
        if (!article) word.append(run);
        run.remove();
        return article;
    };
    const auto end_word = [&] {
        if (!word.isEmpty()) words.push_back(utf8(word));
        word.remove();
    };
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        const UChar32 c = text.char32At(i);
        if (is_ascii_punctuation(c)) continue;
        if (is_word_character(c)) {
            run.append(c);
            continue;
        }
        if (end_run() || is_white_space(c)) end_word();
        if (!is_white_space(c)) word.append(c);
    }
    end_run();
    end_word();
    return words;
}

double f1(std::vector<std::string> predicted, std::vector<std::string> expected) {
    std::sort(predicted.begin(), predicted.end());
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> common;
    std::set_intersection(predicted.begin(), predicted.end(), expected.begin(), expected.end(),
                          std::back_inserter(common));
    if (common.empty()) return 0;
    const auto n = static_cast<double>(common.size());
    const double precision = n / static_cast<double>(predicted.size()),
                 recall = n / static_cast<double>(expected.size());
    return 2 * precision * recall / (precision + recall);
}

}  // namespace

std::string normalize_answer(std::string_view answer) {
    std::string result;
    for (const std::string& word : normalized_words(answer)) result += (result.empty() ? "" : " ") + word;
    return result;
}

bool exact_match(std::string_view prediction, std::span<const std::string> answers) {
    const std::string normalized = normalize_answer(prediction);
    return std::any_of(answers.begin(), answers.end(),
                       [&](const std::string& answer) { return normalize_answer(answer) == normalized; });
}

double answer_f1(std::string_view prediction, std::span<const std::string> answers) {
    const std::vector<std::string> predicted = normalized_words(prediction);
    double best = 0;
    for (const std::string& answer : answers) best = std::max(best, f1(predicted, normalized_words(answer)));
    return best;
}

}  // namespace hpnas

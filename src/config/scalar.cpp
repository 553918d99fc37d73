#include "hpnas/config/scalar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace hpnas {
namespace {

/// Whether `text` is `word` in lower case, upper case or capitalised.
bool is_word(std::string_view text, std::string_view word) {
    if (text.size() != word.size()) return false;
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (lower(text[i]) != word[i]) return false;
    }
    const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto n_upper = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_upper));
    const auto n_letters =
        static_cast<std::size_t>(std::count_if(word.begin(), word.end(), [](char c) { return c != '.'; }));
    const bool capitalised = n_upper == 1 && is_upper(text[text.size() - n_letters]);
    return n_upper == 0 || n_upper == n_letters || capitalised;
}

bool is_any(std::string_view text, std::initializer_list<std::string_view> words) {
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return is_word(text, word); });
}

std::string_view without_plus(std::string_view text) {
    const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
    return plus ? text.substr(1) : text;
}

template <class T>
std::optional<T> parse_all(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

}  // namespace

std::optional<bool> parse_boolean(std::string_view text) {
    if (is_any(text, {"true", "yes", "on"})) return true;
    if (is_any(text, {"false", "no", "off"})) return false;
    return std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
    const std::string_view unsigned_text = text.empty() || (text[0] != '-' && text[0] != '+') ? text : text.substr(1);
    if (is_word(unsigned_text, ".inf")) {
        return (text[0] == '-' ? -1 : 1) * std::numeric_limits<double>::infinity();
    }
    if (is_word(text, ".nan") || text == ".NaN") return std::numeric_limits<double>::quiet_NaN();
    // from_chars knows the words inf and nan, which are plain strings in YAML.
    if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return std::nullopt;
    return parse_all<double>(without_plus(text));
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (const auto value = parse_all<std::int64_t>(without_plus(text))) return value;
    if (text.find_first_not_of("0123456789+-") == std::string_view::npos)
        return std::nullopt;  // digits only: too large
    const std::optional<double> number = parse_number(text);
    const double exact_limit = 0x1p53;
    if (!number || !(std::abs(*number) <= exact_limit) || std::trunc(*number) != *number) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

std::string format_number(double value) {
    if (std::isnan(value)) return ".nan";
    if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
    return fmt::format("{}", value);
}

bool reads_as_non_string(std::string_view text) {
    return text.empty() || text == "~" || is_word(text, "null") || parse_boolean(text) || parse_number(text);
}

}  // namespace hpnas

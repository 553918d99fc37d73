#include "hpnas/data/word_piece.hpp"

#include <optional>
#include <string>

#include "hpnas/data/basic_words.hpp"

namespace hpnas {
namespace {

constexpr std::int32_t most_characters = 200;

/// The longest piece of `word` from character `first` on.
std::optional<Piece> longest(const Vocabulary& vocabulary, const BasicWord& word, std::int32_t first,
                             std::int32_t& last) {
    const auto byte = [&](std::int32_t character) {
        return static_cast<std::size_t>(word.offsets[static_cast<std::size_t>(character)]);
    };
    const std::string rest = (first > 0 ? "##" : "") + word.text.substr(byte(first));
    const std::size_t mark = first > 0 ? 2 : 0;
    for (last = word.n_characters(); last > first; --last)
        if (const auto id = vocabulary.find(std::string_view(rest).substr(0, mark + byte(last) - byte(first))))
            return Piece{static_cast<std::int32_t>(*id), word.begins[static_cast<std::size_t>(first)],
                         word.ends[static_cast<std::size_t>(last) - 1]};
    return std::nullopt;
}

}  // namespace

std::vector<Piece> WordPiece::pieces(std::string_view text) const {
    std::vector<Piece> result;
    for (const BasicWord& word : basic_words(text, lower_case_)) {
        const std::size_t before = result.size();
        bool known = word.n_characters() <= most_characters;
        for (std::int32_t first = 0, last = 0; known && first < word.n_characters(); first = last) {
            const auto piece = longest(vocabulary_, word, first, last);
            known = piece.has_value();
            if (known) result.push_back(*piece);
        }
        if (known) continue;
        result.resize(before);
        result.push_back({static_cast<std::int32_t>(vocabulary_.unknown()), word.begins.front(), word.ends.back()});
    }
    return result;
}

}  // namespace hpnas

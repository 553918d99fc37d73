#include "hpnas/data/vocabulary_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/data/basic_words.hpp"

namespace hpnas {
namespace {

using Pair = std::uint64_t;  // two piece ids, the left one in the upper half
Pair pair_of(std::int32_t left, std::int32_t right) {
    return (static_cast<Pair>(static_cast<std::uint32_t>(left)) << 32U) | static_cast<std::uint32_t>(right);
}
std::int32_t left_of(Pair pair) { return static_cast<std::int32_t>(pair >> 32U); }
std::int32_t right_of(Pair pair) { return static_cast<std::int32_t>(pair & 0xffffffffU); }

/// The characters of UTF-8 text.
std::vector<std::string> characters_of(std::string_view text) {
    std::vector<std::string> characters;
    for (const char byte : text) {
        const bool continues = (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
        if (!continues) characters.emplace_back();
        characters.back() += byte;
    }
    return characters;
}

/// The most frequent characters that make up `coverage` of the corpus, sorted.
std::vector<std::string> kept_characters(const WordCounts& counts, double coverage) {
    std::map<std::string, std::int64_t> frequency;
    std::int64_t total = 0;
    for (const auto& [word, count] : counts)
        for (const std::string& character : characters_of(word)) {
            frequency[character] += count;
            total += count;
        }
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const auto& [character, count] : frequency) order.emplace_back(-count, character);
    std::sort(order.begin(), order.end());
    std::vector<std::string> kept;
    double covered = 0;
    for (auto& [count, character] : order) {
        if (covered >= coverage * static_cast<double>(total)) break;
        covered -= static_cast<double>(count);
        kept.push_back(std::move(character));
    }
    std::sort(kept.begin(), kept.end());
    return kept;
}

/// Joins pairs of pieces in a list of words and keeps the pairs' frequencies up to date.
class PairJoiner {
public:
    explicit PairJoiner(const std::vector<std::string>& characters) {
        for (const char* mark : {"", "##"})
            for (const std::string& character : characters) id_of(mark + character);
    }

    /// A word with a character that has no piece is left out.
    void add_word(const std::string& text, std::int64_t count) {
        std::vector<std::int32_t> pieces;
        for (const std::string& character : characters_of(text)) {
            const auto found = ids_.find((pieces.empty() ? "" : "##") + character);
            if (found == ids_.end()) return;
            pieces.push_back(found->second);
        }
        words_.push_back({std::move(pieces), count});
        for_pairs(words_.size() - 1, 1);
    }

    /// Joins the most frequent pair in all words. @return false if none is frequent enough
    bool join(std::int64_t least_frequency) {
        // The complement: of equal frequencies the smallest pair comes first.
        for (const Pair pair : changed_) queue_.emplace(frequencies_[pair], ~pair);
        changed_.clear();
        while (!queue_.empty()) {
            const auto [frequency, order] = queue_.top();
            const Pair pair = ~order;
            queue_.pop();
            if (frequency != frequencies_[pair]) continue;  // an entry that a later one replaced
            if (frequency < least_frequency) return false;
            join_everywhere(pair);
            return true;
        }
        return false;
    }
    const std::vector<std::string>& pieces() const noexcept { return pieces_; }

private:
    struct Word {
        std::vector<std::int32_t> pieces;
        std::int64_t count;
    };

    std::int32_t id_of(const std::string& piece) {
        const auto [at, fresh] = ids_.emplace(piece, static_cast<std::int32_t>(pieces_.size()));
        if (fresh) pieces_.push_back(piece);
        return at->second;
    }

    /// Adds the pairs of a word to the frequencies (sign 1) or takes them away (sign -1).
    void for_pairs(std::size_t word, std::int64_t sign) {
        const auto& [pieces, count] = words_[word];
        for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
            const Pair pair = pair_of(pieces[i], pieces[i + 1]);
            frequencies_[pair] += sign * count;
            if (sign > 0) words_of_[pair].insert(word);
            changed_.insert(pair);
        }
    }

    void join_everywhere(Pair pair) {
        const std::int32_t left = left_of(pair), right = right_of(pair);
        const std::int32_t joined =
            id_of(pieces_[static_cast<std::size_t>(left)] + pieces_[static_cast<std::size_t>(right)].substr(2));
        const auto words = std::move(words_of_[pair]);
        words_of_.erase(pair);
        for (const std::size_t word : words) {
            for_pairs(word, -1);
            std::vector<std::int32_t>& pieces = words_[word].pieces;
            std::size_t to = 0;
            for (std::size_t from = 0; from < pieces.size(); ++from, ++to) {
                const bool here = from + 1 < pieces.size() && pieces[from] == left && pieces[from + 1] == right;
                pieces[to] = here ? joined : pieces[from];
                if (here) ++from;
            }
            pieces.resize(to);
            for_pairs(word, 1);
        }
    }

    std::vector<std::string> pieces_;
    std::unordered_map<std::string, std::int32_t> ids_;
    std::vector<Word> words_;
    std::unordered_map<Pair, std::int64_t> frequencies_;
    std::unordered_map<Pair, std::unordered_set<std::size_t>> words_of_;  // words that have or had the pair
    std::unordered_set<Pair> changed_;                                    // since the last join
    std::priority_queue<std::pair<std::int64_t, Pair>> queue_;            // frequency, complement of the pair
};

constexpr std::array<std::string_view, 5> special_pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"};

Vocabulary frequent_words(const WordCounts& counts, const VocabularyOptions& options, const std::string& source) {
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const auto& [word, count] : counts)
        if (count >= options.least_frequency) order.emplace_back(-count, word);
    if (order.empty())
        throw DataError(
            fmt::format("{}: expected words that occur {} times or more, got none", source, options.least_frequency));
    std::sort(order.begin(), order.end());
    std::vector<std::string> pieces(special_pieces.begin(), special_pieces.end());
    for (auto& [count, word] : order) {
        if (static_cast<std::int64_t>(pieces.size()) >= options.size) break;
        pieces.push_back(std::move(word));
    }
    return {std::move(pieces), source};
}

}  // namespace

void count_words(std::string_view text, bool lower_case, WordCounts& counts) {
    for (BasicWord& word : basic_words(text, lower_case)) ++counts[std::move(word.text)];
}

Vocabulary build_vocabulary(const WordCounts& counts, const VocabularyOptions& options, const std::string& source) {
    if (options.whole_words) return frequent_words(counts, options, source);
    std::vector<std::string> pieces(special_pieces.begin(), special_pieces.end());
    const std::vector<std::string> characters = kept_characters(counts, options.coverage);
    const std::size_t least = pieces.size() + 2 * characters.size();
    if (options.size < static_cast<std::int64_t>(least))
        throw DataError(
            fmt::format("{}: expected a vocabulary of at least {} pieces for its {} characters, got {}; make it "
                        "larger or lower the coverage",
                        source, least, characters.size(), options.size));
    PairJoiner joiner(characters);
    for (const auto& [word, count] : counts) joiner.add_word(word, count);
    const auto most = static_cast<std::size_t>(options.size) - pieces.size();
    while (joiner.pieces().size() < most && joiner.join(options.least_frequency)) {
    }
    pieces.insert(pieces.end(), joiner.pieces().begin(), joiner.pieces().end());
    return {std::move(pieces), source};
}

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/data/task.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/op/embedding.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/token_mean.hpp"

namespace hpnas::test {

/// [PAD] [UNK] [CLS] [SEP] and so many words w0, w1, ...
inline std::shared_ptr<const WordPiece> toy_words(std::int64_t n) {
    std::vector<std::string> pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]"};
    for (std::int64_t i = 0; i < n; ++i) pieces.push_back("w" + std::to_string(i));
    return std::make_shared<WordPiece>(Vocabulary(std::move(pieces), "toy words"));
}

/// n texts of 3 to 7 words out of 12 in two classes: a text of class c has one of words 2 c and 2 c + 1, which the
/// other class never has.
inline TextTask toy_texts(std::int64_t n) {
    auto set = std::make_shared<TextSet>();
    for (std::int64_t i = 0; i < n; ++i) {
        Rng rng(2, Purpose::test, static_cast<std::uint64_t>(i));
        std::vector<std::int32_t> sequence{2};
        const std::uint64_t length = 3 + rng.below(5), place = rng.below(length);
        for (std::uint64_t k = 0; k < length; ++k)
            sequence.push_back(static_cast<std::int32_t>(
                4 + (k == place ? 2 * static_cast<std::uint64_t>(i % 2) + rng.below(2) : 4 + rng.below(8))));
        sequence.push_back(3);
        set->sequences.append(sequence, static_cast<std::int64_t>(sequence.size()));
        set->labels.push_back(i % 2);
    }
    set->classes = {"a", "b"};
    set->source = "toy texts";
    TextTask task{all_of<TextSet>(set), all_of<TextSet>(set), {}, toy_words(12), 9, {}};
    task.train.indices.resize(static_cast<std::size_t>(n / 2));
    task.validation.indices.erase(task.validation.indices.begin(), task.validation.indices.begin() + n / 2);
    return task;
}

/// Mean of the vectors of a text's tokens, then a linear layer.
inline Network bag_of_words(std::int64_t sequence, std::int64_t vocabulary, std::int64_t outputs) {
    NetworkBuilder builder;
    NodeId x = builder.input("tokens", Shape{sequence});
    x = builder.add("words", make_embedding({.vocabulary = vocabulary, .out = 8, .deviation = 0.5}), x);
    x = builder.add("mean", make_token_mean(), x);
    x = builder.add("fc", make_linear({.out = outputs}), x);
    return std::move(builder).finish({x});
}

/// Every token by itself: [L, 2] from the token alone.
inline Network token_by_token(std::int64_t sequence, std::int64_t vocabulary, std::int64_t outputs) {
    NetworkBuilder builder;
    NodeId x = builder.input("tokens", Shape{sequence});
    x = builder.add("words", make_embedding({.vocabulary = vocabulary, .out = 8, .deviation = 0.5}), x);
    x = builder.add("fc", make_linear({.out = outputs}), x);
    return std::move(builder).finish({x});
}

}  // namespace hpnas::test

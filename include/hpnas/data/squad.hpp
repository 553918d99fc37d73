#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hpnas {

/// Questions of a file in the layout of SQuAD v1.1, as written. Source: Rajpurkar, Zhang, Lopyrev, Liang, EMNLP 2016.
struct SquadFile {
    struct Question {
        std::string id, text;
        std::int64_t context = 0;
        std::vector<std::string> answers;
        std::int64_t answer_begin =
            0;  ///< byte of the context at which the first answer begins; -1: not where it is said
    };
    std::vector<std::string> contexts;
    std::vector<std::int64_t> articles;  ///< [contexts] number of the article that each is from
    std::vector<Question> questions;
    std::int64_t n_articles = 0;
    std::int64_t n_misplaced = 0;  ///< answers that the context does not have at `answer_start` (a character)
    std::string source;
};

/// @throws DataError (no_input if missing) naming file and place if it is no JSON or not in that layout
SquadFile read_squad(const std::string& path);

}  // namespace hpnas

#include "hpnas/data/squad_dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <numeric>

#include "hpnas/core/rng.hpp"
#include "hpnas/data/permutation.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;
constexpr std::uint64_t article_order = 1, question_order = 2;  // streams of the split

/// Whether each article is held out: articles in random order until they have enough questions.
std::vector<bool> held_out_articles(const SquadFile& file, const SquadOptions& options) {
    std::vector<std::int64_t> n_questions(static_cast<std::size_t>(file.n_articles));
    for (const auto& question : file.questions)
        ++n_questions[static_cast<std::size_t>(file.articles[static_cast<std::size_t>(question.context)])];
    const auto wanted = std::llround(options.validation_fraction * static_cast<double>(file.questions.size()));
    const KeyedPermutation order(file.n_articles, static_cast<std::uint64_t>(options.split_seed), article_order);
    std::vector<bool> held_out(n_questions.size());
    std::int64_t held = 0;
    for (std::int64_t i = 0; i < file.n_articles && held < wanted; ++i) {
        const auto article = static_cast<std::size_t>(order(i));
        held_out[article] = true;
        held += n_questions[article];
    }
    return held_out;
}

/// At most `most` of the questions (0: all), chosen at random, in the file's order.
void limit(SquadFile& part, std::int64_t most, std::int64_t seed) {
    const auto n = static_cast<std::int64_t>(part.questions.size());
    if (most == 0 || most >= n) return;
    const KeyedPermutation order(n, static_cast<std::uint64_t>(seed), question_order);
    std::vector<std::int64_t> chosen;
    for (std::int64_t i = 0; i < most; ++i) chosen.push_back(order(i));
    std::sort(chosen.begin(), chosen.end());
    std::vector<SquadFile::Question> questions;
    for (const std::int64_t i : chosen) questions.push_back(std::move(part.questions[static_cast<std::size_t>(i)]));
    part.questions = std::move(questions);
}

/// The contexts that have questions, once each, and the questions.
std::vector<std::string> corpus_of(const SquadFile& part) {
    std::vector<std::string> corpus;
    std::int64_t context = -1;
    for (const auto& question : part.questions) {
        if (question.context != context) corpus.push_back(part.contexts[static_cast<std::size_t>(question.context)]);
        context = question.context;
        corpus.push_back(question.text);
    }
    return corpus;
}

void check_part(const SquadFile& part, const char* purpose) {
    if (part.questions.empty())
        throw DataError(fmt::format("{}: expected at least one question to {}, got none; change validation_fraction",
                                    part.source, purpose));
}

void note_misplaced(const SquadFile& file, std::vector<std::string>& notes) {
    if (file.n_misplaced > 0)
        notes.push_back(
            fmt::format("{}: {} answers are not where answer_start says; their windows count as having none",
                        file.source, file.n_misplaced));
}

}  // namespace

Task Squad::load() const {
    const fs::path folder(options_.path);
    SquadFile all = read_squad((folder / "train-v1.1.json").string());
    SpanTask task;
    note_misplaced(all, task.notes);
    const std::vector<bool> held_out = held_out_articles(all, options_);
    SquadFile train = all, validation = all;
    train.questions.clear();
    validation.questions.clear();
    for (auto& question : all.questions) {
        const auto article = static_cast<std::size_t>(all.articles[static_cast<std::size_t>(question.context)]);
        (held_out[article] ? validation : train).questions.push_back(std::move(question));
    }
    check_part(train, "train on");
    check_part(validation, "validate with");
    limit(train, options_.train_questions, options_.split_seed);
    limit(validation, options_.validation_questions, options_.split_seed);

    task.word_pieces =
        std::make_shared<const WordPiece>(make_word_piece(options_.word_piece, corpus_of(train), train.source));
    const auto windows = [&](const SquadFile& part) {
        return all_of(std::make_shared<const SpanSet>(make_windows(part, *task.word_pieces, options_.windows)));
    };
    task.train = windows(train);
    task.validation = windows(validation);
    task.test = all_of(std::make_shared<const SpanSet>());
    if (const fs::path dev = folder / "dev-v1.1.json"; fs::exists(dev)) {
        SquadFile test = read_squad(dev.string());
        note_misplaced(test, task.notes);
        limit(test, options_.test_questions, options_.split_seed);
        task.test = windows(test);
    }
    task.sequence = options_.windows.sequence;
    return task;
}

}  // namespace hpnas

#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "data/messages.hpp"
#include "data/toy_squad.hpp"
#include "hpnas/data/answer_score.hpp"
#include "hpnas/data/dataset.hpp"

namespace hpnas {
namespace {

SpanTask load(const std::string& yaml) {
    Diagnostics diagnostics;
    const auto dataset = datasets().make(parse_yaml(yaml, "test"), "data", diagnostics);
    diagnostics.throw_if_any();
    return std::get<SpanTask>(dataset->load());
}

TEST(SquadDataset, HoldsWholeArticlesOut) {
    test::Folder folder;
    test::write_file(folder / "train-v1.1.json", test::toy_squad);
    const SpanTask task = load("{name: squad, path: " + folder.path() + ", validation_fraction: 0.2, sequence: 32}");
    EXPECT_EQ(task.train.set->n_questions() + task.validation.set->n_questions(), 3);
    std::set<std::string> contexts;
    for (const auto& question : task.train.set->questions)
        contexts.insert(task.train.set->contexts[static_cast<std::size_t>(question.context)]);
    for (const auto& question : task.validation.set->questions)
        EXPECT_FALSE(contexts.contains(task.validation.set->contexts[static_cast<std::size_t>(question.context)]));
    EXPECT_EQ(task.test.size(), 0);
    EXPECT_EQ(task.sequence, 32);
    ASSERT_EQ(task.notes.size(), 1U);
    EXPECT_NE(task.notes[0].find("1 answers are not where answer_start says"), std::string::npos);
    EXPECT_NE(test::message([&] {
                  load("{name: squad, path: " + folder.path() + ", validation_fraction: 1}");
              }).find("at least one question to train on"),
              std::string::npos);
}

// The span that the targets point at gives the answer back, but for what WordPiece cannot cut: a digit of a number,
// say.
TEST(SquadDataset, TargetsPointAtTheAnswers) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    if (folder == nullptr) GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with text/squad to run this";
    const SpanTask task = load("{name: squad, path: " + std::string(folder) +
                               "/text/squad, train_questions: 2000, validation_questions: 500, test_questions: 500, "
                               "vocabulary_size: 4000}");
    EXPECT_EQ(task.train.set->n_questions(), 2000);
    EXPECT_EQ(task.test.set->n_questions(), 500);
    const SpanSet& set = *task.train.set;
    double f1 = 0, exact = 0;
    for (const auto& question : set.questions) {
        std::string_view text;
        for (std::int64_t w = question.first_window; w < question.first_window + question.n_windows; ++w)
            if (const auto& window = set.windows[static_cast<std::size_t>(w)]; window.begin > 0)
                text = set.text(w, window.begin, window.end);
        f1 += answer_f1(text, question.answers) / 2000;
        exact += exact_match(text, question.answers) ? 1.0 / 2000 : 0;
    }
    EXPECT_GT(exact, 0.98);
    EXPECT_GT(f1, 0.99);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_squad.hpp"
#include "hpnas/data/squad.hpp"

namespace hpnas {
namespace {

TEST(SquadFile, ReadsQuestionsAndPlacesAnswersByCharacter) {
    test::Folder folder;
    test::write_file(folder / "s.json", test::toy_squad);
    const SquadFile file = read_squad(folder / "s.json");
    ASSERT_EQ(file.questions.size(), 3U);
    EXPECT_EQ(file.contexts.size(), 2U);
    EXPECT_EQ(file.articles, (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(file.n_articles, 2);
    EXPECT_EQ(file.questions[0].answer_begin, 5);  // character 4, behind a letter of two bytes
    EXPECT_EQ(file.questions[0].answers, (std::vector<std::string>{"dog", "black dog"}));
    EXPECT_EQ(file.questions[1].answer_begin, -1);
    EXPECT_EQ(file.n_misplaced, 1);
    EXPECT_EQ(file.questions[2].context, 1);
}

TEST(SquadFile, MistakesNameFileAndPlace) {
    test::Folder folder;
    const auto refused = [&](const std::string& content) {
        test::write_file(folder / "s.json", content);
        return test::message([&] { read_squad(folder / "s.json"); });
    };
    EXPECT_NE(refused(std::string(test::toy_squad).substr(0, 200)).find("s.json: expected JSON"), std::string::npos);
    EXPECT_NE(refused("{}").find("s.json: the file: expected an object with the key 'data'"), std::string::npos);
    EXPECT_NE(refused(R"({"data": [{"paragraphs": [{"qas": []}]}]})")
                  .find("data[0].paragraphs[0]: expected an object with the key 'context'"),
              std::string::npos);
    EXPECT_NE(
        refused(
            R"({"data": [{"paragraphs": [{"context": "c", "qas": [{"id": "1", "question": "q", "answers": []}]}]}]})")
            .find("data[0].paragraphs[0].qas[0]: expected an answer, got none"),
        std::string::npos);
    EXPECT_NE(refused(R"({"data": []})").find("expected questions, got none"), std::string::npos);
    test::message([] { read_squad("nowhere.json"); }, ExitCode::no_input);
}

}  // namespace
}  // namespace hpnas

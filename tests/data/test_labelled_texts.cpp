#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/labelled_texts.hpp"

namespace hpnas {
namespace {

TEST(SortedLabels, NumbersComeInTheirOrder) {
    EXPECT_EQ(sorted_labels({"10", "9", "10"}), (std::vector<std::string>{"9", "10"}));
    EXPECT_EQ(sorted_labels({"b", "10", "9"}), (std::vector<std::string>{"10", "9", "b"}));
}

TEST(TextCsv, RowsBecomePartsByTheirSplit) {
    test::Folder folder;
    test::write_file(folder / "t.csv",
                     "text,label,split\n\"a, b\",yes,train\nc,no,train\nd,no,test\ne,yes,validation\n");
    const TextParts parts = read_text_csv(folder / "t.csv");
    EXPECT_EQ(parts.train.texts, (std::vector<std::string>{"a, b", "c"}));
    EXPECT_EQ(parts.train.classes, (std::vector<std::string>{"no", "yes"}));
    EXPECT_EQ(parts.train.labels, (std::vector<std::int64_t>{1, 0}));
    EXPECT_EQ(parts.test.labels, (std::vector<std::int64_t>{0}));
    EXPECT_EQ(parts.validation.texts, (std::vector<std::string>{"e"}));
    EXPECT_TRUE(parts.train.seconds.empty());
}

TEST(TextCsv, ColumnsMayBeNamedAndPaired) {
    test::Folder folder;
    test::write_file(folder / "t.csv", "premise,hypothesis,y\na,b,1\nc,d,0\n");
    const TextParts parts = read_text_csv(folder / "t.csv", {"premise", "hypothesis", "y", "split"});
    EXPECT_EQ(parts.train.seconds, (std::vector<std::string>{"b", "d"}));
    EXPECT_EQ(parts.train.size(), 2);
}

TEST(TextCsv, MistakesNameFileAndLine) {
    test::Folder folder;
    const auto refused = [&](const std::string& content, ExitCode code = ExitCode::data) {
        test::write_file(folder / "t.csv", content);
        return test::message([&] { read_text_csv(folder / "t.csv"); }, code);
    };
    EXPECT_NE(refused("text,label,split\na,x,train\nb,y,test\n").find("t.csv:3:2 (label): the class 'y' is never seen"),
              std::string::npos);
    EXPECT_NE(
        refused("text,label,split\na,x,dev\n").find("t.csv:2:3 (split): expected train, validation or test, got 'dev'"),
        std::string::npos);
    EXPECT_NE(refused("text,label\n,x\n").find("t.csv:2:1 (text): expected a text"), std::string::npos);
    EXPECT_NE(refused("text,label\na,\n").find("t.csv:2:2 (label): expected a text"), std::string::npos);
    EXPECT_NE(refused("text,label\n\xe9t,x\n").find("t.csv:2:1 (text): expected UTF-8"), std::string::npos);
    EXPECT_NE(refused("text,label\n").find("expected rows to train on"), std::string::npos);
    EXPECT_NE(refused("words,label\na,x\n", ExitCode::config).find("no column 'text'"), std::string::npos);
}

TEST(TrecFiles, BothLayoutsAreRead) {
    test::Folder folder;
    test::write_file(folder / "a/TREC.train.all", "0 How is it ?\n5 Where is it ?\n");
    test::write_file(folder / "a/TREC.test.all", "3 Who ?\n");
    const TextParts parts = read_trec(folder / "a");
    EXPECT_EQ(parts.train.texts, (std::vector<std::string>{"How is it ?", "Where is it ?"}));
    EXPECT_EQ(parts.train.labels, (std::vector<std::int64_t>{0, 5}));
    EXPECT_EQ(parts.test.labels, (std::vector<std::int64_t>{3}));
    EXPECT_EQ(parts.train.classes.size(), 6U);
    test::write_file(folder / "b/train_5500.label", "NUM:date When ?\nDESC:manner How ?\n");
    test::write_file(folder / "b/TREC_10.label", "LOC:city Where ?\n");
    EXPECT_EQ(read_trec(folder / "b").train.labels, (std::vector<std::int64_t>{4, 0}));
    EXPECT_EQ(read_trec(folder / "b").test.labels, (std::vector<std::int64_t>{5}));
}

TEST(TrecFiles, MistakesNameFileAndLine) {
    test::Folder folder;
    test::write_file(folder / "TREC.test.all", "3 Who ?\n");
    const auto refused = [&](const std::string& content) {
        test::write_file(folder / "TREC.train.all", content);
        return test::message([&] { read_trec(folder.path()); });
    };
    EXPECT_NE(refused("0 How ?\n6 What ?\n").find("TREC.train.all:2: expected a label in [0, 5]"), std::string::npos);
    EXPECT_NE(refused("0 How ?\n1\n").find("TREC.train.all:2: expected a question"), std::string::npos);
    EXPECT_NE(refused("").find("empty file"), std::string::npos);
    std::filesystem::remove(folder / "TREC.train.all");
    test::message([&] { read_trec(folder.path()); }, ExitCode::no_input);
}

}  // namespace
}  // namespace hpnas

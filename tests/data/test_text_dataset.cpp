#include <gtest/gtest.h>

#include <cstdlib>

#include "data/messages.hpp"
#include "hpnas/data/dataset.hpp"

namespace hpnas {
namespace {

Task load(const std::string& yaml) {
    Diagnostics diagnostics;
    const auto dataset = datasets().make(parse_yaml(yaml, "test"), "data", diagnostics);
    diagnostics.throw_if_any();
    return dataset->load();
}

TEST(TextDataset, CsvIsLoadedByName) {
    test::Folder folder;
    test::write_file(folder / "t.csv", "sentence,label\ngood film,pos\nbad film,neg\ngood,pos\nbad,neg\n");
    const auto task = std::get<TextTask>(
        load("{name: texts, path: " + folder / "t.csv" + ", text_column: sentence, validation_examples: 2}"));
    EXPECT_EQ(task.train.size(), 2);
    EXPECT_EQ(task.n_classes(), 2);
    EXPECT_EQ(task.train.set->classes, (std::vector<std::string>{"neg", "pos"}));
}

// 5,452 and 500 questions are the published sizes.
TEST(TextDataset, TrecLoads) {
    const char* folder = std::getenv("HPNAS_DATA_DIR");
    if (folder == nullptr) GTEST_SKIP() << "set HPNAS_DATA_DIR to a folder with text/trec to run this";
    const auto task = std::get<TextTask>(load("{name: trec, path: " + std::string(folder) + "/text/trec}"));
    EXPECT_EQ(task.train.size() + task.validation.size(), 5452);
    EXPECT_EQ(task.test.size(), 500);
    EXPECT_EQ(task.n_classes(), 6);
    EXPECT_GT(task.vocabulary(), 4000);  // until no pair of pieces is there twice
    EXPECT_LE(task.vocabulary(), 8000);
    EXPECT_GT(task.sequence, 30);
    EXPECT_LT(task.sequence, 80);
}

}  // namespace
}  // namespace hpnas

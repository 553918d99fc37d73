#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/text_task.hpp"

namespace hpnas {
namespace {

const Vocabulary vocabulary({"[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c"}, "v");

LabelledTexts texts(std::vector<std::string> words, std::vector<std::int64_t> labels) {
    return {std::move(words), {}, std::move(labels), {"x", "y"}, "some texts"};
}

TextTaskOptions options() {
    TextTaskOptions result;
    result.split.validation_fraction = 0.25;
    return result;
}

using Ids = std::vector<std::int32_t>;

TEST(JoinPieces, SurroundsByMarkersAndCutsTheLongerText) {
    Ids joined;
    EXPECT_EQ(join_pieces(vocabulary, {4, 5}, {}, false, 10, joined), 4);
    EXPECT_EQ(joined, (Ids{2, 4, 5, 3}));
    EXPECT_EQ(join_pieces(vocabulary, {4, 5, 6}, {}, false, 4, joined), 4);
    EXPECT_EQ(joined, (Ids{2, 4, 5, 3}));
    EXPECT_EQ(join_pieces(vocabulary, {4, 5}, {6}, true, 10, joined), 4);
    EXPECT_EQ(joined, (Ids{2, 4, 5, 3, 6, 3}));
    EXPECT_EQ(join_pieces(vocabulary, {4, 4, 4, 4}, {6, 6}, true, 7, joined), 4);
    EXPECT_EQ(joined, (Ids{2, 4, 4, 3, 6, 6, 3}));
}

TEST(TextTaskMaker, BuildsItsVocabularyFromTheTrainingTextsAlone) {
    TextParts parts;
    parts.train = texts({"aa", "aa", "aa", "aa", "bb", "bb", "bb", "bb"}, {0, 0, 0, 0, 1, 1, 1, 1});
    parts.test = texts({"zz aa"}, {0});
    const TextTask task = make_text_task(parts, options());
    EXPECT_EQ(task.train.size(), 6);
    EXPECT_EQ(task.validation.size(), 2);
    EXPECT_EQ(task.test.size(), 1);
    EXPECT_EQ(task.vocabulary(), 5 + 4 + 2);  // a b ##a ##b aa bb
    EXPECT_EQ(task.sequence, 3);              // of the training texts; the test text is cut
    const auto test = task.test.set->sequences[0];
    EXPECT_EQ(Ids(test.begin(), test.end()), (Ids{2, 1, 3}));
    EXPECT_EQ(task.notes, (std::vector<std::string>{"1 of 9 texts were cut at 3 tokens",
                                                    "1 of 27 tokens are words that the vocabulary lacks ([UNK])"}));
}

TEST(TextTaskMaker, AValidationPartIsTakenAsItIs) {
    TextParts parts;
    parts.train = texts({"a", "b", "a", "b"}, {0, 1, 0, 1});
    parts.validation = texts({"a b a b"}, {1});
    TextTaskOptions wanted = options();
    wanted.sequence = 4;
    TextTask task = make_text_task(parts, wanted);
    EXPECT_EQ(task.train.size(), 4);
    EXPECT_EQ(task.validation.size(), 1);
    EXPECT_EQ(task.validation.set->sequences[0].size(), 4U);
    EXPECT_EQ(task.notes, (std::vector<std::string>{"1 of 5 texts were cut at 4 tokens"}));
    wanted.split.train_images = 2;
    EXPECT_EQ(make_text_task(parts, wanted).train.size(), 2);
}

TEST(TextTaskMaker, AClassNeverSeenIsNoted) {
    TextParts parts;
    parts.train = texts({"a", "a", "a", "a"}, {0, 0, 0, 0});
    EXPECT_EQ(make_text_task(parts, options()).notes,
              (std::vector<std::string>{"the class 'y' is never seen in training"}));
}

TEST(TextTaskMaker, AGivenVocabularyIsUsed) {
    test::Folder folder;
    vocabulary.write(folder / "vocab.txt");
    TextParts parts;
    parts.train = texts({"a", "b", "a", "b"}, {0, 1, 0, 1});
    TextTaskOptions wanted = options();
    wanted.word_piece.vocabulary = folder / "vocab.txt";
    EXPECT_EQ(make_text_task(parts, wanted).word_pieces->vocabulary().pieces(), vocabulary.pieces());
    wanted.word_piece.vocabulary = folder / "none.txt";
    test::message([&] { make_text_task(parts, wanted); }, ExitCode::no_input);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/vocabulary.hpp"

namespace hpnas {
namespace {

const std::vector<std::string> pieces{"[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "##s"};

TEST(Vocabulary, NumbersPiecesByLine) {
    const Vocabulary vocabulary(pieces, "v");
    EXPECT_EQ(vocabulary.size(), 6);
    EXPECT_EQ(vocabulary.find("the"), 4);
    EXPECT_EQ(vocabulary.find("##s"), 5);
    EXPECT_FALSE(vocabulary.find("s"));
    EXPECT_EQ(vocabulary.padding(), 0);
    EXPECT_EQ(vocabulary.unknown(), 1);
    EXPECT_EQ(vocabulary.first(), 2);
    EXPECT_EQ(vocabulary.separator(), 3);
}

TEST(Vocabulary, FilesAreReadAsTheyWereWritten) {
    test::Folder folder;
    Vocabulary(pieces, "v").write(folder / "vocab.txt");
    EXPECT_EQ(Vocabulary::read(folder / "vocab.txt").pieces(), pieces);
    test::write_file(folder / "dos.txt", "[PAD]\r\n[UNK]\r\n[CLS]\r\n[SEP]\r\nthe\r\n##s\r\n");
    EXPECT_EQ(Vocabulary::read(folder / "dos.txt").pieces(), pieces);
}

TEST(Vocabulary, MistakesNameTheLine) {
    EXPECT_NE(test::message([] {
                  Vocabulary({"[PAD]", "", "x"}, "v.txt");
              }).find("v.txt:2: expected a piece"),
              std::string::npos);
    EXPECT_NE(test::message([] {
                  Vocabulary({"[PAD]", "x", "x"}, "v.txt");
              }).find("v.txt:3: the piece 'x' is in line 2"),
              std::string::npos);
    EXPECT_NE(test::message([] {
                  Vocabulary({"[PAD]", "[UNK]", "[CLS]"}, "v.txt");
              }).find("'[SEP]'"),
              std::string::npos);
    EXPECT_NE(test::message([] { Vocabulary::read("nowhere.txt"); }, ExitCode::no_input).find("nowhere.txt"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnas

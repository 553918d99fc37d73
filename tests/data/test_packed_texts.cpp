#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "hpnas/data/packed_file.hpp"

namespace hpnas {
namespace {

TEST(PackedTexts, ComeBackAsTheyWere) {
    test::Folder folder;
    TextParts parts;
    parts.train = {{"one", "two \u00e9"}, {"eins", "zwei"}, {0, 1}, {"x", "y"}, "t.csv"};
    parts.test = {{"three"}, {"drei"}, {1}, {"x", "y"}, "t.csv"};
    parts.validation.classes = {"x", "y"};
    write_packed(parts, folder / "p.h5");
    const TextParts back = read_packed_texts(folder / "p.h5");
    EXPECT_EQ(back.train.texts, parts.train.texts);
    EXPECT_EQ(back.train.seconds, parts.train.seconds);
    EXPECT_EQ(back.train.labels, parts.train.labels);
    EXPECT_EQ(back.test.texts, parts.test.texts);
    EXPECT_EQ(back.validation.size(), 0);
    EXPECT_EQ(back.validation.classes, parts.train.classes);
}

TEST(PackedTexts, OfAnotherKindAreRefused) {
    test::Folder folder;
    TextParts parts;
    parts.train = {{"one"}, {}, {0}, {"x"}, "t.csv"};
    write_packed(parts, folder / "p.h5");
    EXPECT_NE(test::message([&] { read_packed_images(folder / "p.h5", {}); }).find("expected packed images, got texts"),
              std::string::npos);
    test::message([&] { read_packed_texts(folder / "none.h5"); }, ExitCode::no_input);
    test::write_file(folder / "bad.h5", "no HDF5");
    test::message([&] { read_packed_texts(folder / "bad.h5"); });
}

}  // namespace
}  // namespace hpnas

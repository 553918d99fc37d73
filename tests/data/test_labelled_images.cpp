#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_files.hpp"
#include "hpnas/data/labelled_images.hpp"
#include "hpnas/data/resample_image.hpp"

namespace hpnas {
namespace {

TEST(LabelledImages, AreListedOrDecodedAtOnce) {
    test::Folder folder;
    test::write_png(folder / "train/9/a.png", test::picture(10, 20));
    test::write_jpeg(folder / "train/10/b.jpeg", test::picture(30, 20));
    test::write_png(folder / "val/10/c.png", test::picture(8, 8, 5));
    const FileParts files = list_files(folder.path(), image_endings());
    const ImageParts listed = read_images(files, {.centre = 0.5, .threads = 3});
    EXPECT_EQ(listed.train.classes, (std::vector<std::string>{"9", "10"}));
    EXPECT_EQ(listed.train.labels, (std::vector<std::int64_t>{1, 0}));  // "train/10" comes first
    EXPECT_EQ(listed.validation.labels, (std::vector<std::int64_t>{1}));
    EXPECT_EQ(listed.train.files->threads, 3);
    EXPECT_EQ(listed.train.shape, (Shape{0, 0, 3}));
    const ImageParts decoded = read_images(files, {.size = 8});
    EXPECT_EQ(decoded.validation.pixels, test::picture(8, 8, 5).rgb);
    EXPECT_EQ(decoded.train.pixels.size(), 2U * 192);
    const Pixels wide = test::picture(10, 20);
    const auto expected = resample_image(wide.view(), centre_window(10, 20, 8, 8), 8, 8);
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), decoded.train.image(1)));
}

TEST(LabelledImages, TheFirstBadFileIsNamed) {
    test::Folder folder;
    for (const char* name : {"a/1.png", "a/2.png", "a/3.png"}) test::write_png(folder / name, test::picture(4, 4));
    test::write_file(folder / "a/2.png", "x");
    test::write_file(folder / "a/3.png", "x");
    const FileParts files = list_files(folder.path(), image_endings());
    EXPECT_NE(test::message([&] { read_images(files, {.size = 4}); }).find("2.png: expected a JPEG or PNG"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_files.hpp"
#include "hpnas/data/image_file.hpp"

namespace hpnas {
namespace {

Pixels decode(const std::string& path) { return decode_image(read_bytes(path), path); }

TEST(ImageFile, PngIsExact) {
    test::Folder folder;
    const Pixels written = test::picture(13, 17);
    test::write_png(folder / "a.png", written);
    const Pixels read = decode(folder / "a.png");
    EXPECT_EQ(read.height, 13);
    EXPECT_EQ(read.width, 17);
    EXPECT_EQ(read.rgb, written.rgb);
}

TEST(ImageFile, OtherKindsOfPngBecomeRgb) {
    test::Folder folder;
    const std::vector<std::uint8_t> grey{0, 128, 255, 7};
    test::write_png(folder / "g.png", 2, 2, grey.data(), PNG_FORMAT_GRAY);
    EXPECT_EQ(decode(folder / "g.png").rgb,
              (std::vector<std::uint8_t>{0, 0, 0, 128, 128, 128, 255, 255, 255, 7, 7, 7}));
    const std::vector<std::uint8_t> transparent{10, 20, 30, 0, 40, 50, 60, 255};
    test::write_png(folder / "t.png", 1, 2, transparent.data(), PNG_FORMAT_RGBA);
    EXPECT_EQ(decode(folder / "t.png").rgb, (std::vector<std::uint8_t>{10, 20, 30, 40, 50, 60}));
}

// Quality 95 keeps smooth pictures within a few levels.
TEST(ImageFile, JpegIsCloseToWhatWasWritten) {
    test::Folder folder;
    const Pixels written = test::picture(40, 56);
    test::write_jpeg(folder / "a.jpg", written);
    const Pixels read = decode(folder / "a.jpg");
    ASSERT_EQ(read.rgb.size(), written.rgb.size());
    for (std::size_t i = 0; i < read.rgb.size(); ++i) ASSERT_NEAR(read.rgb[i], written.rgb[i], 6) << i;
    const std::vector<std::uint8_t> grey(64, 77);
    test::write_jpeg(folder / "g.jpg", 8, 8, grey.data(), 1);
    EXPECT_EQ(decode(folder / "g.jpg").rgb, std::vector<std::uint8_t>(192, 77));
}

// Adobe's files hold 255 for no ink: cyan 255 magenta 128 yellow 255 black 255 is (255, 128, 255).
TEST(ImageFile, CmykIsConverted) {
    test::Folder folder;
    std::vector<std::uint8_t> cmyk;
    for (int i = 0; i < 64; ++i)
        for (const int value : {255, 128, 255, 255}) cmyk.push_back(static_cast<std::uint8_t>(value));
    test::write_jpeg(folder / "c.jpg", 8, 8, cmyk.data(), 4);
    const Pixels read = decode(folder / "c.jpg");
    ASSERT_EQ(read.rgb.size(), 192U);
    EXPECT_NEAR(read.rgb[0], 255, 2);
    EXPECT_NEAR(read.rgb[1], 128, 2);
    EXPECT_NEAR(read.rgb[2], 255, 2);
}

TEST(ImageFile, BadFilesAreNamed) {
    test::Folder folder;
    test::write_jpeg(folder / "a.jpg", test::picture(64, 64));
    test::write_png(folder / "a.png", test::picture(64, 64));
    for (const char* name : {"a.jpg", "a.png"}) {
        std::vector<std::uint8_t> file = read_bytes(folder / name);
        file.resize(file.size() / 2);
        EXPECT_NE(test::message([&] { decode_image(file, name); }).find(std::string(name) + ": expected a whole "),
                  std::string::npos);
    }
    const std::vector<std::uint8_t> text{'h', 'e', 'l', 'l', 'o'};
    EXPECT_NE(
        test::message([&] { decode_image(text, "t.jpg"); }).find("t.jpg: expected a JPEG or PNG image, got 5 bytes"),
        std::string::npos);
    test::message([] { decode_image({}, "empty.png"); });
    test::message([&] { read_bytes(folder / "none.png"); }, ExitCode::no_input);
}

}  // namespace
}  // namespace hpnas

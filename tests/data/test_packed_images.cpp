#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_files.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/data/packed_file.hpp"

namespace hpnas {
namespace {

FileParts pictures(const test::Folder& folder) {
    for (int i = 0; i < 6; ++i)
        test::write_png(folder / fmt::format("in/train/{}/{}.png", i % 2, i),
                        test::picture(9 + i, 12, static_cast<std::uint8_t>(i)));
    test::write_jpeg(folder / "in/test/1/x.jpg", test::picture(20, 20));
    return list_files(folder / "in", image_endings());
}

TEST(PackedImages, FilesComeBackAsTheyWere) {
    test::Folder folder;
    const ImageParts parts = read_images(pictures(folder), {});
    write_packed(parts, folder / "p.h5");
    const ImageParts back = read_packed_images(folder / "p.h5", {.centre = 0.5});
    EXPECT_EQ(back.train.labels, parts.train.labels);
    EXPECT_EQ(back.train.classes, parts.train.classes);
    EXPECT_EQ(back.validation.size(), 0);
    EXPECT_EQ(back.train.files->centre, 0.5);
    for (std::int64_t i = 0; i < 6; ++i) EXPECT_EQ(back.train.files->decode(i).rgb, parts.train.files->decode(i).rgb);
    EXPECT_EQ(back.test.files->decode(0).rgb, parts.test.files->decode(0).rgb);
    EXPECT_NE(back.train.files->names[0].find("p.h5: "), std::string::npos);
    EXPECT_EQ(read_packed_images(folder / "p.h5", {.size = 8}).train.pixels, decode_all(parts.train, 8).pixels);
    write_packed(back, folder / "again.h5");  // from memory
    EXPECT_EQ(read_packed_images(folder / "again.h5", {}).train.files->bytes, back.train.files->bytes);
}

TEST(PackedImages, PixelsComeBackAndAreADataSet) {
    test::Folder folder;
    const ImageParts parts = read_images(pictures(folder), {.size = 8});
    write_packed(parts, folder / "p.h5");
    EXPECT_EQ(read_packed_images(folder / "p.h5", {}).train.pixels, parts.train.pixels);
    Diagnostics diagnostics;
    const auto dataset = datasets().make(
        parse_yaml("{name: images, path: " + folder / "p.h5" + ", validation_images: 2}", "test"), "data", diagnostics);
    diagnostics.throw_if_any();
    const auto task = std::get<ImageTask>(dataset->load());
    EXPECT_EQ(task.image_shape(), (Shape{8, 8, 3}));
    EXPECT_EQ(task.train.size(), 4);
    EXPECT_EQ(task.test.size(), 1);
}

}  // namespace
}  // namespace hpnas

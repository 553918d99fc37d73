#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/messages.hpp"
#include "data/toy_files.hpp"
#include "hpnas/data/batch_loader.hpp"
#include "hpnas/data/dataset.hpp"

namespace hpnas {
namespace {

ImageTask load(const std::string& yaml) {
    Diagnostics diagnostics;
    const auto dataset = datasets().make(parse_yaml(yaml, "test"), "data", diagnostics);
    diagnostics.throw_if_any();
    return std::get<ImageTask>(dataset->load());
}

/// Two classes, 8 pictures each, of different sizes; blue says which.
void write_pictures(const test::Folder& folder) {
    for (int i = 0; i < 16; ++i)
        test::write_png(folder / fmt::format("{}/{:02}.png", i % 2 == 0 ? "ant" : "bee", i),
                        test::picture(20 + i, 40 - i, static_cast<std::uint8_t>(10 * i)));
}

TEST(ImageDataset, FoldersAreLoadedByName) {
    test::Folder folder;
    write_pictures(folder);
    const ImageTask task = load("{name: images, path: " + folder.path() + ", validation_images: 4}");
    EXPECT_EQ(task.train.size(), 12);
    EXPECT_EQ(task.validation.size(), 4);
    EXPECT_EQ(task.test.size(), 0);
    EXPECT_EQ(task.n_classes(), 2);
    ASSERT_EQ(task.normalization.mean.size(), 3U);
    EXPECT_TRUE(task.notes.empty());
    const ImageTask decoded = load("{name: images, path: " + folder.path() + ", validation_images: 4, size: 16}");
    EXPECT_EQ(decoded.image_shape(), (Shape{16, 16, 3}));
    EXPECT_EQ(decoded.train.indices, task.train.indices);
}

std::vector<float> epoch(BatchLoader& loader, std::int64_t batch, std::int64_t side, std::int64_t number) {
    std::vector<float> all, memory(static_cast<std::size_t>(batch * side * side * 3));
    for (std::int64_t i = 0; i < loader.n_batches(); ++i) {
        loader.fill(number, i, memory);
        all.insert(all.end(), memory.begin(), memory.end());
    }
    return all;
}

TEST(ImageDataset, BatchesOfFilesAreThoseOfTheDecodedImages) {
    test::Folder folder;
    write_pictures(folder);
    const ImageTask files = load("{name: images, path: " + folder.path() + ", validation_images: 4, centre: 0.8}");
    const ImageTask pixels =
        load("{name: images, path: " + folder.path() + ", validation_images: 4, centre: 0.8, size: 16}");
    AugmentationOptions augmentation;
    augmentation.mixup = 0.5;
    augmentation.cutout = 4;
    for (const auto& training : {std::optional<AugmentationOptions>(), std::optional(augmentation)}) {
        const BatchLoader::Options options{4, 16, 16, 9, training};
        BatchLoader a(files.train, pixels.normalization, options), b(pixels.train, pixels.normalization, options);
        for (std::int64_t number = 0; number < 2; ++number) EXPECT_EQ(epoch(a, 4, 16, number), epoch(b, 4, 16, number));
    }
}

TEST(ImageDataset, RandomCropsOfFilesDependNeitherOnBatchNorOrderNorThreads) {
    test::Folder folder;
    write_pictures(folder);
    AugmentationOptions augmentation;
    augmentation.crop_padding = 0;
    augmentation.crop_area = 0.2;
    const std::string yaml = "{name: images, path: " + folder.path() + ", validation_images: 4";
    const ImageTask one = load(yaml + ", decode_threads: 1}"), four = load(yaml + ", decode_threads: 4}");
    BatchLoader a(one.train, one.normalization, {4, 8, 8, 9, augmentation});
    BatchLoader b(four.train, one.normalization, {3, 8, 8, 9, augmentation});
    const std::vector<float> rows = epoch(a, 4, 8, 3);
    EXPECT_EQ(epoch(b, 3, 8, 3), rows);
    EXPECT_NE(epoch(a, 4, 8, 4), rows);
    std::vector<float> last(4 * 192);
    a.fill(3, 2, last);  // backwards, as after a resume
    EXPECT_TRUE(std::equal(last.begin(), last.end(), rows.begin() + 8 * 192));
    for (const std::int64_t index : {0, 2}) {  // every second batch, as one of two ranks
        a.fill(3, index, last);
        EXPECT_TRUE(std::equal(last.begin(), last.end(), rows.begin() + index * 4 * 192));
    }
}

TEST(ImageDataset, RandomCropsOfStoredImagesAreTheSameWindows) {
    test::Folder folder;
    for (int i = 0; i < 8; ++i)
        test::write_png(folder / fmt::format("c/{}.png", i), test::picture(24, 24, static_cast<std::uint8_t>(20 * i)));
    AugmentationOptions augmentation;
    augmentation.crop_area = 0.3;
    const std::string yaml = "{name: images, path: " + folder.path() + ", validation_images: 2";
    const ImageTask files = load(yaml + "}"), pixels = load(yaml + ", size: 24}");
    BatchLoader a(files.train, pixels.normalization, {3, 12, 12, 1, augmentation});
    BatchLoader b(pixels.train, pixels.normalization, {3, 12, 12, 1, augmentation});
    EXPECT_EQ(epoch(a, 3, 12, 0), epoch(b, 3, 12, 0));
}

TEST(ImageDataset, ABadFileStopsTheBatchThatNeedsIt) {
    test::Folder folder;
    write_pictures(folder);
    const ImageTask task = load("{name: images, path: " + folder.path() + ", validation_images: 4}");
    BatchLoader loader(task.train, task.normalization, {4, 8, 8, 9, {}});
    test::write_file(task.train.images->files->names[static_cast<std::size_t>(task.train.indices[11])], "gone");
    std::vector<float> memory(4 * 192);
    loader.fill(0, 0, memory);
    loader.fill(0, 1, memory);
    EXPECT_NE(test::message([&] { loader.fill(0, 2, memory); }).find("expected a JPEG or PNG image, got 4 bytes"),
              std::string::npos);
}

TEST(ImageDataset, AClassNeverSeenIsNoted) {
    test::Folder folder;
    for (int i = 0; i < 4; ++i) test::write_png(folder / fmt::format("train/a/{}.png", i), test::picture(4, 4));
    test::write_png(folder / "train/b/x.png", test::picture(4, 4));
    test::write_png(folder / "val/b/x.png", test::picture(4, 4));
    const ImageTask task = load("{name: images, path: " + folder.path() + ", train_images: 1}");
    EXPECT_EQ(task.notes.size(), 1U);
    EXPECT_EQ(task.validation.size(), 1);
}

}  // namespace
}  // namespace hpnas

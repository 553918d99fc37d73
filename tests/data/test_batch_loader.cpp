#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <map>
#include <set>

#include "data/toy_images.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/data/batch_loader.hpp"

namespace hpnas {
namespace {

/// Mean 0 and deviation 1 leave the bytes as they are.
const Normalization identity{{0, 0, 0}, {1, 1, 1}};

AugmentationOptions plain() {
    AugmentationOptions options;
    options.crop_padding = 0;
    options.flip = false;
    return options;
}

BatchLoader::Options options(std::int64_t batch, std::int64_t side,
                             std::optional<AugmentationOptions> augmentation = {}) {
    return {batch, side, side, 3, std::move(augmentation)};
}

/// All rows of one epoch by the index of their image.
std::map<std::int64_t, std::vector<float>> epoch_rows(BatchLoader& loader, std::int64_t batch, std::int64_t row_size,
                                                      std::int64_t epoch) {
    std::map<std::int64_t, std::vector<float>> rows;
    std::vector<float> memory(static_cast<std::size_t>(batch * row_size));
    for (std::int64_t b = 0; b < loader.n_batches(); ++b) {
        const BatchLabels& labels = loader.fill(epoch, b, memory);
        for (std::int64_t r = 0; r < labels.valid; ++r) {
            const float* row = memory.data() + r * row_size;
            const std::int64_t sample = labels.samples[static_cast<std::size_t>(r)];
            EXPECT_TRUE(rows.emplace(sample, std::vector<float>(row, row + row_size)).second) << "twice: " << sample;
        }
    }
    return rows;
}

TEST(BatchLoader, EvaluationYieldsEveryImageOnceAndPadsTheLastBatch) {
    const auto set = test::toy_images(7, 4, 4, 3);
    BatchLoader loader(whole(set), identity, options(3, 4));
    ASSERT_EQ(loader.n_batches(), 3);
    std::vector<float> memory(3 * 48);
    const BatchLabels& labels = loader.fill(0, 2, memory);
    EXPECT_EQ(labels.valid, 1);
    EXPECT_EQ(std::vector<std::int64_t>(labels.samples.begin(), labels.samples.end()),
              (std::vector<std::int64_t>{6, 6, 6}));
    EXPECT_EQ(labels.labels[0], 0);  // 6 mod 3
    EXPECT_TRUE(labels.weights.empty());
    for (std::size_t i = 0; i < 48; ++i) ASSERT_EQ(memory[i], static_cast<float>(set->image(6)[i]));
    EXPECT_EQ(epoch_rows(loader, 3, 48, 0).size(), 7U);
}

TEST(BatchLoader, TrainingShufflesEveryEpochAndDropsTheIncompleteBatch) {
    BatchLoader loader(whole(test::toy_images(50, 2, 2, 5)), identity, options(8, 2, plain()));
    ASSERT_EQ(loader.n_batches(), 6);
    std::vector<float> memory(8 * 12);
    std::vector<std::vector<std::int64_t>> orders(2);
    for (std::int64_t epoch = 0; epoch < 2; ++epoch)
        for (std::int64_t b = 0; b < 6; ++b) {
            const BatchLabels& labels = loader.fill(epoch, b, memory);
            EXPECT_EQ(labels.valid, 8);
            auto& order = orders[static_cast<std::size_t>(epoch)];
            order.insert(order.end(), labels.samples.begin(), labels.samples.end());
        }
    EXPECT_EQ(std::set<std::int64_t>(orders[0].begin(), orders[0].end()).size(), 48U);
    EXPECT_EQ(std::set<std::int64_t>(orders[1].begin(), orders[1].end()).size(), 48U);
    EXPECT_NE(orders[0], orders[1]);
    EXPECT_FALSE(std::is_sorted(orders[0].begin(), orders[0].end()));
}

TEST(BatchLoader, NormalisesByChannel) {
    const auto set = test::toy_images(1, 1, 2, 1);  // bytes 0 83 166, 5 88 171
    BatchLoader loader(whole(set), {{0, 83, 86}, {5, 2, 40}}, {1, 1, 2, 0, {}});
    std::vector<float> memory(6);
    loader.fill(0, 0, memory);
    // (byte - mean) / deviation by hand; byte * scale + offset rounds twice: 2 eps of the terms (at most 42).
    const std::vector<float> expected{0.0F, 0.0F, 2.0F, 1.0F, 2.5F, 2.125F};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(memory[i], expected[i], 42 * 2.4e-7F);
}

/// What the transform says, pixel by pixel, on the stored bytes (identity normalisation).
std::vector<float> slow_transform(const ImageSet& set, std::int64_t sample, const ImageTransform& t) {
    const std::int64_t height = set.shape[0], width = set.shape[1];
    std::vector<float> result;
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x)
            for (std::int64_t c = 0; c < 3; ++c) {
                const std::int64_t from_y = y + t.shift_y, from_x = (t.flip ? width - 1 - x : x) + t.shift_x;
                const bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
                const bool hole = y >= t.hole_top && y < t.hole_top + t.hole_side && x >= t.hole_left &&
                                  x < t.hole_left + t.hole_side;
                result.push_back(
                    inside && !hole ? static_cast<float>(set.image(sample)[(from_y * width + from_x) * 3 + c]) : 0.0F);
            }
    return result;
}

TEST(BatchLoader, CropFlipAndCutoutAreExact) {
    const auto set = test::toy_images(64, 6, 6, 2);
    AugmentationOptions augmentation;
    augmentation.crop_padding = 7;  // beyond the image's side: some rows and columns are all padding
    augmentation.cutout = 3;
    BatchLoader loader(whole(set), identity, options(64, 6, augmentation));
    const auto rows = epoch_rows(loader, 64, 108, 5);
    ASSERT_EQ(rows.size(), 64U);
    for (const auto& [sample, row] : rows)
        ASSERT_EQ(row, slow_transform(*set, sample, draw_transform(augmentation, set->shape, 3, 5, sample))) << sample;
}

TEST(BatchLoader, RowsDependNeitherOnBatchSizeNorOnThreads) {
    const auto set = test::toy_images(60, 8, 8, 4);
    AugmentationOptions augmentation;
    augmentation.cutout = 2;
    augmentation.mixup = 0.4;
    augmentation.erasing = 0.5;
    augmentation.rand_augment.operations = 2;
    BatchLoader ten(whole(set), identity, options(10, 12, augmentation));
    BatchLoader six(whole(set), identity, options(6, 12, augmentation));
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const auto reference = epoch_rows(ten, 10, 432, 2);
    EXPECT_EQ(epoch_rows(six, 6, 432, 2), reference);
    omp_set_num_threads(2);
    EXPECT_EQ(epoch_rows(ten, 10, 432, 2), reference);
    omp_set_num_threads(threads);
    EXPECT_EQ(reference.size(), 60U);
    EXPECT_NE(epoch_rows(ten, 10, 432, 3), reference);
}

TEST(BatchLoader, ErasesAndChangesColoursAsDrawn) {
    const auto set = test::toy_images(30, 8, 8, 4);
    AugmentationOptions augmentation = plain();
    augmentation.erasing = 0.5;
    augmentation.rand_augment = {.operations = 2, .magnitude = 9, .deviation = 0.5, .probability = 0.7};
    BatchLoader loader(whole(set), identity, options(30, 8, augmentation));
    const Shape shape{8, 8, 3};
    for (const auto& [sample, row] : epoch_rows(loader, 30, 192, 4)) {
        std::vector<std::uint8_t> bytes(set->image(sample), set->image(sample) + 192), scratch;
        const std::vector<std::uint8_t> black(3, 0);  // the identity's mean
        rand_augment(augmentation.rand_augment, shape, black, 3, rand_augment_stream(4, sample), bytes.data(), scratch);
        std::vector<float> expected(bytes.begin(), bytes.end());
        erase(draw_erasure(0.5, shape, 3, 4, sample), shape, 3, 4, sample, expected.data());
        EXPECT_EQ(row, expected) << sample;
    }
}

TEST(BatchLoader, MixupBlendsTwoImages) {
    const auto set = test::toy_images(20, 4, 4, 5);
    AugmentationOptions mixed = plain();
    mixed.mixup = 1.0;
    BatchLoader loader(whole(set), identity, options(20, 4, mixed));
    std::vector<float> memory(20 * 48);
    const BatchLabels& labels = loader.fill(1, 0, memory);
    ASSERT_EQ(labels.partners.size(), 20U);
    for (std::size_t r = 0; r < 20; ++r) {
        const Mixing mixing = draw_mixing(1.0, 20, 3, 1, labels.samples[r]);
        EXPECT_EQ(labels.partners[r], mixing.partner % 5);
        EXPECT_EQ(labels.weights[r], mixing.weight);
        const std::uint8_t *own = set->image(labels.samples[r]), *other = set->image(mixing.partner);
        for (std::size_t i = 0; i < 48; ++i)  // same expression in the same precision: exact
            ASSERT_EQ(memory[r * 48 + i], mixing.weight * static_cast<float>(own[i]) +
                                              (1.0F - mixing.weight) * static_cast<float>(other[i]));
    }
}

// One channel of a 2 x 2 image {0 5; 11 16} (the toy's bytes) to 4 x 4:
// torch.nn.functional.interpolate(mode="bilinear", align_corners=False) gives these values; by hand, e.g. (1, 1): 0.75
// (0.75 * 0 + 0.25 * 5) + 0.25 (0.75 * 11 + 0.25 * 16) = 4.
TEST(BatchLoader, EnlargesBilinearly) {
    BatchLoader loader(whole(test::toy_images(1, 2, 2, 1)), identity, options(1, 4));
    std::vector<float> memory(48);
    loader.fill(0, 0, memory);
    const std::vector<float> expected{0,     1.25F, 3.75F, 5,      2.75F, 4,      6.5F,   7.75F,
                                      8.25F, 9.5F,  12,    13.25F, 11,    12.25F, 14.75F, 16};
    for (std::size_t i = 0; i < 16; ++i) {
        EXPECT_EQ(memory[3 * i], expected[i]) << i;              // all weights are multiples of 1/16: exact
        EXPECT_EQ(memory[3 * i + 1], expected[i] + 83.0F) << i;  // the toy's next channel is 83 more
    }
}

// 4 -> 2: each output lies half way between two sources; the toy's bytes are 11 y + 5 x, so linear: exact.
TEST(BatchLoader, ShrinksBilinearly) {
    BatchLoader loader(whole(test::toy_images(1, 4, 4, 1)), identity, options(1, 2));
    std::vector<float> memory(12);
    loader.fill(0, 0, memory);
    for (int y = 0; y < 2; ++y)
        for (int x = 0; x < 2; ++x)
            EXPECT_EQ(memory[static_cast<std::size_t>(3 * (2 * y + x))],
                      11.0F * (2.0F * static_cast<float>(y) + 0.5F) + 5.0F * (2.0F * static_cast<float>(x) + 0.5F));
}

TEST(BatchLoader, RefusesTooFewImages) {
    const auto set = test::toy_images(3, 2, 2, 1);
    EXPECT_THROW(BatchLoader(whole(set), identity, options(4, 2, plain())), DataError);
    EXPECT_THROW(BatchLoader({set, {}}, identity, options(4, 2)), DataError);
    BatchLoader padded(whole(set), identity, options(4, 2));
    std::vector<float> memory(48), small(47);
    EXPECT_EQ(padded.fill(0, 0, memory).valid, 3);
    EXPECT_THROW(padded.fill(0, 0, small), InternalError);
    EXPECT_THROW(padded.fill(0, 1, memory), InternalError);
}

}  // namespace
}  // namespace hpnas

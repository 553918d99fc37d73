#include <gtest/gtest.h>

#include <map>

#include "data/messages.hpp"
#include "data/toy_recordings.hpp"
#include "hpnas/data/spectrogram_loader.hpp"

namespace hpnas {
namespace {

const Normalization halves{{0, 0, 0}, {2, 2, 2}};
using Row = std::vector<float>;
using Ids = std::vector<std::int64_t>;

Ids ids(std::span<const std::int64_t> values) { return {values.begin(), values.end()}; }

TEST(SpectrogramLoader, NormalisesFillsUpAndCuts) {
    SpectrogramLoader loader(all_of(test::toy_recordings(3)), halves, {.batch = 3, .frames = 3});
    Row frames(27);
    const SpectrogramBatch& batch = loader.fill(0, 0, frames);
    EXPECT_EQ(Row(frames.begin(), frames.begin() + 9), (Row{0, 0.5F, 1, 5, 5.5F, 6, 0, 0, 0}));
    EXPECT_EQ(Row(frames.begin() + 24, frames.end()),
              (Row{110, 110.5F, 111}));  // frame 2 of recording 2; its frame 3 is cut
    EXPECT_EQ(ids(batch.frames), (Ids{2, 3, 3}));
    EXPECT_EQ(ids(batch.labels), (Ids{0, 1, 2}));
    EXPECT_TRUE(batch.next.empty());
    EXPECT_THROW(loader.fill(0, 0, std::span(frames).first(26)), InternalError);
}

TEST(SpectrogramLoader, TargetsAreTokensForCtcAndForADecoder) {
    SpectrogramLoader loader(all_of(test::toy_recordings(2)), halves, {.batch = 2, .frames = 2, .tokens = 4});
    Row frames(12), tokens(8);
    const SpectrogramBatch& batch = loader.fill(0, 0, frames, tokens);
    EXPECT_EQ(batch.most_targets, 2);
    EXPECT_EQ(ids(batch.targets), (Ids{3, -1, 4, 5}));
    EXPECT_EQ(ids(batch.lengths), (Ids{1, 2}));
    EXPECT_EQ(tokens, (Row{1, 3, 0, 0, 1, 4, 5, 0}));
    EXPECT_EQ(ids(batch.next), (Ids{3, 2, -1, -1, 4, 5, 2, -1}));
    EXPECT_NE(test::message([&] {
                  SpectrogramLoader(all_of(test::toy_recordings(2)), halves, {.batch = 2, .frames = 2, .tokens = 2});
              }).find("toy recordings: expected a decoder of at least 3 tokens"),
              std::string::npos);
}

std::map<std::int64_t, Row> epoch(SpectrogramLoader& loader, std::size_t batch, std::int64_t number) {
    std::map<std::int64_t, Row> rows;
    Row frames(batch * 30);
    for (std::int64_t i = 0; i < loader.n_batches(); ++i) {
        const SpectrogramBatch& labels = loader.fill(number, i, frames);
        for (std::size_t r = 0; r < batch; ++r)
            rows[labels.samples[r]] = Row(frames.begin() + static_cast<std::ptrdiff_t>(r * 30),
                                          frames.begin() + static_cast<std::ptrdiff_t>((r + 1) * 30));
    }
    return rows;
}

TEST(SpectrogramLoader, MaskedRowsDependOnSeedEpochAndSampleAlone) {
    SpecAugmentOptions masks;
    masks.mel_masks = 1;
    masks.mel_width = 1;
    masks.time_masks = 1;
    masks.time_width = 3;
    const auto set = test::toy_recordings(12);
    const Normalization identity{{-1, -1, -1}, {1, 1, 1}};  // so that no feature is 0 but a masked one
    SpectrogramLoader four(all_of(set), identity, {.batch = 4, .frames = 10, .seed = 5, .augmentation = masks});
    SpectrogramLoader three(all_of(set), identity, {.batch = 3, .frames = 10, .seed = 5, .augmentation = masks});
    const auto rows = epoch(four, 4, 2);
    EXPECT_EQ(rows.size(), 12U);
    EXPECT_EQ(rows, epoch(three, 3, 2));
    EXPECT_NE(rows, epoch(four, 4, 3));
    for (const auto& [sample, row] : rows) {
        const std::int64_t frames = std::min<std::int64_t>(10, set->n_frames(sample));
        const SpecMasks drawn = draw_spec_masks(masks, frames, 3, 5, 2, sample);
        const auto inside = [](const SpecMask& mask, std::int64_t i) {
            return i >= mask.begin && i < mask.begin + mask.width;
        };
        for (std::int64_t t = 0; t < frames; ++t)
            for (std::int64_t m = 0; m < 3; ++m) {
                const bool masked = inside(drawn.frames[0], t) || inside(drawn.mels[0], m);
                const auto k = static_cast<std::size_t>(3 * t + m);
                ASSERT_EQ(row[k], masked ? 0.0F : set->recording(sample)[k] + 1) << sample;
            }
    }
}

}  // namespace
}  // namespace hpnas

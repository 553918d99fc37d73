#include <gtest/gtest.h>

#include <map>

#include "data/messages.hpp"
#include "hpnas/data/token_loader.hpp"

namespace hpnas {
namespace {

using Row = std::vector<float>;

/// Example i: [CLS] i + 10, i + 10, ... (i + 1 times) [SEP] 99 [SEP].
std::shared_ptr<const TextSet> pairs(std::int64_t n) {
    auto set = std::make_shared<TextSet>();
    for (std::int64_t i = 0; i < n; ++i) {
        std::vector<std::int32_t> sequence{2};
        sequence.insert(sequence.end(), static_cast<std::size_t>(i + 1), static_cast<std::int32_t>(i + 10));
        for (const std::int32_t token : {3, 99, 3}) sequence.push_back(token);
        set->sequences.append(sequence, i + 3);
        set->labels.push_back(i % 2);
    }
    set->classes = {"even", "odd"};
    set->source = "pairs";
    return set;
}

TEST(TokenLoader, FillsUpAndCuts) {
    TokenLoader loader(all_of(pairs(3)), {.batch = 2, .sequence = 6, .padding = 7});
    Row tokens(12), segments(12);
    const TokenBatch& first = loader.fill(0, 0, tokens, segments);
    EXPECT_EQ(tokens, (Row{2, 10, 3, 99, 3, 7, 2, 11, 11, 3, 99, 3}));
    EXPECT_EQ(segments, (Row{0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1}));
    EXPECT_EQ(std::vector<std::int64_t>(first.labels.begin(), first.labels.end()), (std::vector<std::int64_t>{0, 1}));
    EXPECT_EQ(first.valid, 2);
    EXPECT_TRUE(first.begins.empty());
    const TokenBatch& last = loader.fill(0, 1, tokens, {});
    EXPECT_EQ(Row(tokens.begin(), tokens.begin() + 6), (Row{2, 12, 12, 12, 3, 99}));  // cut
    EXPECT_EQ(last.valid, 1);
    EXPECT_EQ(last.samples[1], 2);
    EXPECT_THROW(loader.fill(0, 0, std::span(tokens).first(11), {}), InternalError);
    EXPECT_THROW(loader.fill(0, 0, tokens, std::span(segments).first(11)), InternalError);
}

std::map<std::int64_t, Row> epoch(TokenLoader& loader, std::size_t batch, std::int64_t number) {
    std::map<std::int64_t, Row> rows;
    Row tokens(batch * 16);
    for (std::int64_t i = 0; i < loader.n_batches(); ++i) {
        const TokenBatch& labels = loader.fill(number, i, tokens, {});
        for (std::size_t r = 0; r < batch; ++r)
            rows[labels.samples[r]] = Row(tokens.begin() + static_cast<std::ptrdiff_t>(r * 16),
                                          tokens.begin() + static_cast<std::ptrdiff_t>((r + 1) * 16));
    }
    return rows;
}

TEST(TokenLoader, MaskedRowsDependOnSeedEpochAndSampleAlone) {
    const auto set = pairs(12);
    TokenLoader::Options options{.batch = 4, .sequence = 16, .seed = 5, .training = true, .mask_rate = 0.5};
    TokenLoader four(all_of(set), options);
    options.batch = 3;
    TokenLoader three(all_of(set), options);
    const auto rows = epoch(four, 4, 2);
    EXPECT_EQ(rows.size(), 12U);
    EXPECT_EQ(rows, epoch(three, 3, 2));
    EXPECT_NE(rows, epoch(four, 4, 3));
    std::int64_t masked = 0, words = 0;
    for (const auto& [sample, row] : rows) {
        const auto sequence = set->sequences[sample];
        for (std::size_t i = 0; i < sequence.size(); ++i) {
            const bool special = sequence[i] == 2 || sequence[i] == 3;
            if (special || row[i] != 1) {
                EXPECT_EQ(row[i], static_cast<float>(sequence[i]));
            }
            masked += row[i] == 1 ? 1 : 0;
            words += special ? 0 : 1;
        }
    }
    // 90 words, each masked with probability 1/2: within four deviations (4 * sqrt(22.5) = 19) of 45.
    EXPECT_EQ(words, 90);
    EXPECT_NEAR(static_cast<double>(masked), 45, 19);
}

TEST(TokenLoader, WindowsComeWithTheirAnswers) {
    auto set = std::make_shared<SpanSet>();
    for (std::int64_t i = 0; i < 2; ++i) {
        set->sequences.append(std::vector<std::int32_t>{2, 10, 3, 20, 21, 22, 3}, 3);
        set->windows.push_back({.question = 0, .context_begin = 3, .n_pieces = 3, .begin = 3, .end = 4 + i});
    }
    TokenLoader loader(all_of(std::shared_ptr<const SpanSet>(set)), {.batch = 2, .sequence = 5});
    Row tokens(10), segments(10);
    const TokenBatch& batch = loader.fill(0, 0, tokens, segments);
    EXPECT_EQ(std::vector<std::int64_t>(batch.begins.begin(), batch.begins.end()), (std::vector<std::int64_t>{3, 0}));
    EXPECT_EQ(std::vector<std::int64_t>(batch.ends.begin(), batch.ends.end()),
              (std::vector<std::int64_t>{4, 0}));  // the second is cut off
    EXPECT_TRUE(batch.labels.empty());
}

}  // namespace
}  // namespace hpnas

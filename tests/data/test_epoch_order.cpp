#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "data/messages.hpp"
#include "hpnas/data/epoch_order.hpp"

namespace hpnas {
namespace {

std::vector<std::int64_t> epoch(const EpochOrder& order, std::int64_t number) {
    std::vector<std::int64_t> all, batch(static_cast<std::size_t>(order.batch()));
    for (std::int64_t i = 0; i < order.n_batches(); ++i) {
        const auto valid = order.fill(number, i, batch);
        all.insert(all.end(), batch.begin(), batch.begin() + valid);
    }
    return all;
}

TEST(EpochOrder, EvaluationPadsTheLastBatch) {
    const EpochOrder order(7, 3, 1, false, "s");
    EXPECT_EQ(order.n_batches(), 3);
    std::vector<std::int64_t> batch(3);
    EXPECT_EQ(order.fill(0, 2, batch), 1);
    EXPECT_EQ(batch, (std::vector<std::int64_t>{6, 6, 6}));
    EXPECT_EQ(epoch(order, 5), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(EpochOrder, TheShuffledOrderDoesNotDependOnTheBatchSize) {
    const EpochOrder two(20, 2, 9, true, "s"), five(20, 5, 9, true, "s"), other(20, 5, 8, true, "s");
    const auto first = epoch(two, 0);
    EXPECT_EQ(first, epoch(five, 0));
    EXPECT_NE(first, epoch(two, 1));
    EXPECT_NE(first, epoch(other, 0));
    EXPECT_EQ(std::set<std::int64_t>(first.begin(), first.end()).size(), 20U);
    EXPECT_EQ(EpochOrder(20, 8, 9, true, "s").n_batches(), 2);  // four examples are left out
}

TEST(EpochOrder, TooFewExamplesAreRefused) {
    EXPECT_NE(
        test::message([] { EpochOrder(3, 4, 0, true, "file.csv"); }).find("file.csv: expected at least one batch of 4"),
        std::string::npos);
    test::message([] { EpochOrder(0, 4, 0, false, "s"); });
    std::vector<std::int64_t> batch(4), small(3);
    const EpochOrder order(4, 4, 0, true, "s");
    EXPECT_THROW(order.fill(0, 1, batch), InternalError);
    EXPECT_THROW(order.fill(0, 0, small), InternalError);
}

}  // namespace
}  // namespace hpnas

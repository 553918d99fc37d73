#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/store/result_store.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

using store_test::candidate;
using store_test::evaluation;
using store_test::identity;
using store_test::read_bytes;

class ResultStoreTest : public ::testing::Test {
protected:
    ResultStore make(Seconds period = Seconds(0), Log log = {}) {
        return {file_, identity(), {}, period, std::move(log)};
    }

    store_test::TemporaryDirectory directory_;
    std::filesystem::path file_ = directory_.path() / "results.h5";
};

TEST_F(ResultStoreTest, EvaluationsComeInIdOrder) {
    ResultStore store = make();
    for (const std::int64_t id : {2, 0, 1}) store.add(candidate(id));
    store.add(evaluation(2, 0.1, 1, 1));
    store.add(evaluation(0, 0.2, 1, 1));
    ASSERT_EQ(store.evaluations().size(), 2U);
    EXPECT_EQ(store.evaluations()[0]->candidate, 0);
    EXPECT_EQ(store.find(2)->objectives[0], 0.1);
    EXPECT_EQ(store.find(1), nullptr);
}

TEST_F(ResultStoreTest, EvaluationWithoutItsCandidateIsAnError) {
    ResultStore store = make();
    EXPECT_THROW(store.add(evaluation(0, 0.2, 1, 1)), InternalError);
}

TEST_F(ResultStoreTest, PublishesOnlyWhenDueAndNew) {
    ResultStore slow = make(Seconds(1000));
    slow.publish_if_due();
    EXPECT_FALSE(std::filesystem::exists(file_));
    ResultStore fast = make(Seconds(0));
    fast.publish_if_due();
    EXPECT_TRUE(std::filesystem::exists(file_));
    std::filesystem::remove(file_);
    fast.publish_if_due();  // nothing new since
    EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(ResultStoreTest, OrderOfArrivalDoesNotChangeTheFile) {
    ResultStore forward = make();
    ResultStore backward = make();
    for (std::int64_t id = 0; id < 4; ++id) {
        forward.add(candidate(id));
        forward.add(evaluation(id, 0.1 * static_cast<double>(id), 50, 2));
    }
    for (std::int64_t id = 3; id >= 0; --id) {
        backward.add(candidate(id));
        backward.add(evaluation(id, 0.1 * static_cast<double>(id), 50, 2));
    }
    forward.publish_or_throw();
    const std::string bytes = read_bytes(file_);
    backward.publish_or_throw();
    EXPECT_EQ(read_bytes(file_), bytes);
}

TEST_F(ResultStoreTest, FailedPublicationWarnsAndKeepsThePreviousFile) {
    std::vector<std::string> warnings;
    ResultStore store = make(Seconds(0), Log([&](LogLevel level, std::string_view text) {
                                 if (level == LogLevel::warning) warnings.emplace_back(text);
                             }));
    store.add(candidate(0));
    store.add(evaluation(0, 0.1, 50, 2));
    ASSERT_TRUE(store.publish());
    const std::string before = read_bytes(file_);
    // A directory in the place of the temporary file makes creating it fail, for root as well.
    std::filesystem::create_directory(file_.string() + ".tmp");
    store.add(candidate(1));
    store.add(evaluation(1, 0.2, 51, 2));
    EXPECT_FALSE(store.publish());
    EXPECT_EQ(warnings.size(), 1U);
    EXPECT_EQ(read_bytes(file_), before);
    EXPECT_THROW(store.publish_or_throw(), StoreError);
    std::filesystem::remove(file_.string() + ".tmp");
    EXPECT_TRUE(store.publish());
    EXPECT_NE(read_bytes(file_), before);
}

TEST_F(ResultStoreTest, TablesAreChecked) {
    ResultStore store = make();
    EXPECT_THROW(store.set_table({"t", "", {{"", "1", "", std::vector<double>{1}, {}}}}), InternalError);
}

TEST_F(ResultStoreTest, TakesOverAJournal) {
    JournalContent content;
    content.entries = {candidate(0), Candidate{}, evaluation(0, 0.5, 60, 2), JournalBlob{"x", "y"}, JournalEvent{}};
    ResultStore store = make();
    store.add(content);
    EXPECT_EQ(store.evaluations().size(), 1U);
}

TEST_F(ResultStoreTest, TakingOverAJournalTwiceChangesNothing) {
    JournalContent content;
    content.entries = {candidate(0), evaluation(0, 0.5, 60, 2), JournalEvent{}};
    ResultStore once = make();
    once.add(content);
    once.publish_or_throw();
    const std::string bytes = read_bytes(file_);
    ResultStore twice = make();
    twice.add(content);
    twice.add(content);
    twice.publish_or_throw();
    EXPECT_EQ(read_bytes(file_), bytes);
}

}  // namespace
}  // namespace hpnas

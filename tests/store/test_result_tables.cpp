#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>

#include "hpnas/core/error.hpp"
#include "hpnas/search/quantity_names.hpp"
#include "hpnas/store/result_tables.hpp"
#include "store/store_samples.hpp"

namespace hpnas {
namespace {

using store_test::candidate;
using store_test::evaluation;

/// Accuracy (maximised) against latency: 0 and 3 are on the front, 1 is dominated by 0, 2 failed.
ResultContent sample() {
    ResultContent content;
    content.identity = store_test::identity();
    for (std::int64_t id = 0; id < 5; ++id) content.candidates[id] = candidate(id);  // 4 is not evaluated yet
    content.evaluations[0] = evaluation(0, 0.5, 60, 2);
    content.evaluations[1] = evaluation(1, 0.7, 55, 2.5);
    content.evaluations[2] = store_test::failure(2, "loss became NaN");
    content.evaluations[3] = evaluation(3, 0.4, 70, 3);
    return content;
}

template <class T>
const std::vector<T>& column(const Table& table, const std::string& name) {
    for (const Column& c : table.columns)
        if (c.name == name) return std::get<std::vector<T>>(c.values);
    throw InternalError("no column " + name);
}

TEST(ResultTables, CandidatesAreTheEvaluatedOnesInIdOrder) {
    const Table table = candidate_table(sample());
    EXPECT_EQ(column<std::int64_t>(table, "candidate_id"), (std::vector<std::int64_t>{0, 1, 2, 3}));
    EXPECT_EQ(column<Encoding>(table, "encoding")[3], (Encoding{0, 1}));
    EXPECT_EQ(column<std::int64_t>(table, "parent_0"), (std::vector<std::int64_t>{-1, 0, 1, 2}));
    EXPECT_EQ(column<std::int64_t>(table, "status"), (std::vector<std::int64_t>{0, 0, 2, 0}));
    EXPECT_EQ(column<std::string>(table, "reason")[2], "loss became NaN");
}

TEST(ResultTables, MissingValuesAreNaN) {
    const Table table = candidate_table(sample());
    EXPECT_TRUE(std::isnan(column<double>(table, "loss")[2]));
    EXPECT_TRUE(std::isnan(column<double>(table, "accuracy")[2]));
    EXPECT_EQ(column<double>(table, "latency")[1], 2.5);
}

TEST(ResultTables, MeasuredMetricsGoToTheTimingTable) {
    ResultContent content = sample();
    content.identity.pareto = {"loss"};
    content.identity.n_deterministic_metrics = 1;
    EXPECT_THROW(column<double>(candidate_table(content), "latency"), InternalError);
    const Table timing = timing_table(content);
    EXPECT_EQ(column<double>(timing, "latency")[3], 3);
    EXPECT_EQ(column<double>(timing, "wall")[3], 1.0);  // 0.25 * (3 + 1)
}

TEST(ResultTables, FrontRespectsTheSenseOfEachQuantity) {
    const Table front = pareto_table(sample());
    EXPECT_EQ(column<std::int64_t>(front, "row"), (std::vector<std::int64_t>{0, 3}));
    EXPECT_EQ(column<double>(front, "accuracy"), (std::vector<double>{60, 70}));
}

TEST(ResultTables, FrontOfTheObjectivesIsTheDefault) {
    ResultContent content = sample();
    content.identity.pareto.clear();
    EXPECT_EQ(column<std::int64_t>(pareto_table(content), "candidate_id"),
              std::vector<std::int64_t>{3});  // smallest loss
}

TEST(ResultTables, NoQuantityCanHaveTheNameOfAColumn) {
    ResultContent content = sample();
    content.identity.pareto = {"loss", "accuracy"};
    content.identity.n_deterministic_metrics = 1;
    std::set<std::string> quantities;
    for (const auto& list : {content.identity.objectives, content.identity.metrics})
        for (const Quantity& q : list) quantities.insert(q.name);
    for (const Table& table : {candidate_table(content), timing_table(content), pareto_table(content)})
        for (const Column& c : table.columns)
            EXPECT_NE(is_reserved_name(c.name), quantities.contains(c.name)) << table.group << '/' << c.name;
}

TEST(ResultTables, UnknownFrontQuantityAndRepeatedNamesAreRefused) {
    ResultContent content = sample();
    content.identity.pareto = {"speed"};
    EXPECT_THROW(pareto_table(content), InternalError);
    content = sample();
    content.identity.metrics[0].name = "loss";
    EXPECT_THROW(candidate_table(content), InternalError);
}

TEST(ResultTables, NoEvaluationsGiveEmptyColumns) {
    ResultContent content = sample();
    content.evaluations.clear();
    EXPECT_TRUE(column<double>(candidate_table(content), "loss").empty());
    EXPECT_TRUE(column<std::int64_t>(pareto_table(content), "row").empty());
}

TEST(ResultTables, SpaceHasOneRowPerDecision) {
    const Table table = space_table(store_test::identity());
    EXPECT_EQ(column<std::string>(table, "name"), (std::vector<std::string>{"depth", "activation"}));
    EXPECT_EQ(column<std::string>(table, "choices"), (std::vector<std::string>{"1 2 3", "0 1"}));
    EXPECT_EQ(column<std::int64_t>(table, "ordered"), (std::vector<std::int64_t>{1, 0}));
}

TEST(ResultTables, EventsKeepTheirOrder) {
    const Table table =
        event_table({{JournalEvent::Kind::start, 10, 2, "", ""}, {JournalEvent::Kind::stop, 20, 2, "", "time limit"}});
    EXPECT_EQ(column<std::int64_t>(table, "kind"), (std::vector<std::int64_t>{0, 2}));
    EXPECT_EQ(column<std::string>(table, "reason")[1], "time limit");
}

TEST(ResultTables, HypervolumeGrowsWithTheFront) {
    // Latency against accuracy: 0 (2, 60), then 1 (2.5, 55), which is dominated, and 3 (3, 70). The box is that of the
    // front: latency 2 to 2 + 1.1, accuracy 70 to 70 - 11. 0 dominates 1.1 x 1, 3 adds 0.1 x 10.
    const std::vector<Table> tables = hypervolume_tables(sample());
    ASSERT_EQ(tables.size(), 2U);
    EXPECT_EQ(column<std::int64_t>(tables[0], "candidate_id"), (std::vector<std::int64_t>{0, 3}));
    EXPECT_EQ(column<std::int64_t>(tables[0], "row"), (std::vector<std::int64_t>{0, 3}));
    const auto& shares = column<double>(tables[0], "hypervolume");
    EXPECT_NEAR(shares[0], 1.1 / (1.1 * 11), 1e-12);
    EXPECT_NEAR(shares[1], (1.1 + 1.0) / (1.1 * 11), 1e-12);
    const auto& names = column<std::string>(tables[1], "name");
    const auto& reference = column<double>(tables[1], "reference");
    ASSERT_EQ(names.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(reference[i], names[i] == "latency" ? 3.1 : 59.0, 1e-12);
}

TEST(ResultTables, HypervolumeOfEveryGenerationCountsAllBeforeIt) {
    ResultContent content = sample();
    // As a run that an older program began: 0 has no generation. 2 failed, 4 is not evaluated.
    for (const auto& [id, generation] : {std::pair{1, 0}, {2, 0}, {3, 2}, {4, 2}})
        content.candidates.at(id).generation = generation;
    EXPECT_EQ(column<std::int64_t>(candidate_table(content), "generation"), (std::vector<std::int64_t>{-1, 0, 0, 2}));
    const std::vector<Table> tables = hypervolume_tables(content);
    ASSERT_EQ(tables.size(), 3U);
    EXPECT_EQ(tables[2].group, "hypervolume/generations");
    EXPECT_EQ(column<std::int64_t>(tables[2], "generation"), (std::vector<std::int64_t>{0, 2}));
    EXPECT_EQ(column<std::int64_t>(tables[2], "candidates"), (std::vector<std::int64_t>{2, 1}));
    EXPECT_EQ(column<double>(tables[2], "hypervolume"), column<double>(tables[0], "hypervolume"));
}

TEST(ResultTables, HypervolumeOfNothingIsLeftOut) {
    ResultContent content = sample();
    EXPECT_TRUE(hypervolume_tables({content.identity, {}, {}, {}, {}, {}}).empty());
    content.evaluations = {{2, content.evaluations.at(2)}};
    EXPECT_TRUE(hypervolume_tables(content).empty());
}

}  // namespace
}  // namespace hpnas

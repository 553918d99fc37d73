#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/eval/table_evaluator.hpp"
#include "hpnas/space/nasbench201_space.hpp"
#include "hpnas/space/tabular_space.hpp"

namespace hpnas {
namespace {

TableEvaluatorOptions options(std::vector<std::string> columns, std::vector<std::string> maximise) {
    TableEvaluatorOptions result;
    result.path = "t.csv";
    result.columns = std::move(columns);
    result.maximise = std::move(maximise);
    return result;
}

TabularSpace words() { return TabularSpace({.alphabets = {"012", "ab"}}); }

template <class Error>
std::string message(const TableEvaluatorOptions& given, const std::string& text) {
    const TabularSpace space = words();
    try {
        TableEvaluator(given, space, CsvTable::parse(text, "t.csv"));
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST(TableEvaluator, LooksUpObjectivesAndMetrics) {
    const TabularSpace space = words();
    TableEvaluatorOptions given = options({"acc", "ms"}, {"acc"});
    given.metrics = {"params"};
    given.units = {"%", "ms"};
    TableEvaluator table(given, space, CsvTable::parse("arch,ms,acc,params\n0a,2,80,10\n2b,3,90,\n", "t.csv"));
    const auto e = table.evaluate({.id = 4, .encoding = {2, 1}, .parents = {}}, {});
    ASSERT_EQ(e->status, EvalStatus::ok);
    EXPECT_EQ(e->candidate, 4);
    EXPECT_EQ(e->objectives, (std::vector<double>{-90, 3}));
    ASSERT_EQ(e->metrics.size(), 2U);
    EXPECT_EQ(e->metrics[0], 90);
    EXPECT_TRUE(std::isnan(e->metrics[1]));
    EXPECT_EQ(table.objectives()[0].name, "minus_acc");
    EXPECT_EQ(table.objectives()[1].name, "ms");
    EXPECT_EQ(table.objectives()[1].unit, "ms");
    EXPECT_EQ(table.metrics()[0].name, "acc");
    EXPECT_TRUE(table.metrics()[0].maximise);
    EXPECT_EQ(table.metrics()[1].name, "params");
    EXPECT_EQ(table.size(), 2U);
}

TEST(TableEvaluator, TheTablesContentIsPartOfTheRun) {
    const TabularSpace space = words();
    const auto facts = [&](const std::string& text) {
        return TableEvaluator(options({"acc"}, {}), space, CsvTable::parse(text, "t.csv")).facts();
    };
    EXPECT_EQ(facts("arch,acc\n0a,1\n"), facts("arch,acc\n0a,1\n"));
    EXPECT_NE(facts("arch,acc\n0a,1\n"), facts("arch,acc\n0a,2\n"));
    EXPECT_TRUE(facts("arch,acc\n0a,1\n").front().starts_with("facts.table=x"));
}

TEST(TableEvaluator, TheHeadlineIsTheColumnAsItStands) {
    const TabularSpace space = words();
    const CsvTable table = CsvTable::parse("arch,acc\n0a,1\n", "t.csv");
    EXPECT_EQ(TableEvaluator(options({"acc"}, {}), space, table).headline(), "acc");
    const TableEvaluator maximised(options({"acc"}, {"acc"}), space, table);
    EXPECT_EQ(maximised.headline(), "acc");
    EXPECT_EQ(maximised.metrics()[0].name, "acc");
}

TEST(TableEvaluator, NetworksThatAreNotThereAreInfeasible) {
    const TabularSpace space = words();
    TableEvaluator table(options({"acc"}, {}), space, CsvTable::parse("arch,acc\n0a,1\n", "t.csv"));
    const auto e = table.evaluate({.id = 0, .encoding = {1, 1}, .parents = {}}, {});
    EXPECT_EQ(e->status, EvalStatus::infeasible);
    EXPECT_EQ(e->reason, "1b is not in t.csv");
    EXPECT_FALSE(table.contains({1, 1}));
    EXPECT_TRUE(table.contains({0, 0}));
}

TEST(TableEvaluator, KeysMayBeSeveralColumns) {
    const TabularSpace space = words();
    TableEvaluatorOptions given = options({"acc"}, {});
    given.key = {"first", "second"};
    TableEvaluator table(given, space, CsvTable::parse("second,acc,first\nb,5,1\n", "t.csv"));
    EXPECT_TRUE(table.contains({1, 1}));
}

TEST(TableEvaluator, RowsOfEqualNetworksAreAveraged) {
    // Node 1 is zero, so that it does not matter whether it is handed on to the output.
    const NasBench201Space space({}, {});
    const std::string text =
        "arch,acc\n"
        "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|none~1|none~2|,90\n"
        "|none~0|+|none~0|none~1|+|nor_conv_3x3~0|skip_connect~1|none~2|,91\n"
        "|none~0|+|none~0|none~1|+|nor_conv_1x1~0|none~1|none~2|,50\n";
    TableEvaluator table(options({"acc"}, {"acc"}), space, CsvTable::parse(text, "t.csv"));
    EXPECT_EQ(table.size(), 2U);
    const Encoding x = space.parse("|none~0|+|none~0|skip_connect~1|+|nor_conv_3x3~0|skip_connect~1|none~2|");
    const auto e = table.evaluate({.id = 0, .encoding = x, .parents = {}}, {});
    EXPECT_EQ(e->objectives, std::vector<double>{-90.5});
}

TEST(TableEvaluator, WrongFilesAreReportedWithTheirPlace) {
    const TableEvaluatorOptions given = options({"acc"}, {});
    EXPECT_EQ(message<DataError>(given, "arch,acc\n0a,1\n0c,1\n"),
              "t.csv:3:1 (arch): space tabular: position 1: expected one of 'ab', got 'c'");
    EXPECT_EQ(message<DataError>(given, "arch,acc\n0a,\n"), "t.csv:2:2 (acc): expected a number, got nothing");
    EXPECT_EQ(message<DataError>(given, "arch,acc\n0a,x\n"), "t.csv:2:2 (acc): expected a number, got 'x'");
    EXPECT_EQ(message<ConfigError>(given, "arch,top1\n"), "t.csv: has no column 'acc'; it has arch, top1");
}

TEST(TableEvaluator, WrongOptionsAreReported) {
    const std::string text = "arch,acc\n0a,1\n";
    EXPECT_NE(message<ConfigError>(options({}, {}), text).find("at least one column"), std::string::npos);
    EXPECT_NE(message<ConfigError>(options({"acc"}, {"top1"}), text).find("none of the columns"), std::string::npos);
    EXPECT_NE(message<ConfigError>(options({"acc", "acc"}, {}), text).find("named twice"), std::string::npos);
    TableEvaluatorOptions given = options({"acc"}, {});
    given.units = {"%", "ms"};
    EXPECT_NE(message<ConfigError>(given, text).find("expected one for each"), std::string::npos);
    EXPECT_THROW(TableEvaluator(given, EvaluatorContext{}), ConfigError);
}

}  // namespace
}  // namespace hpnas

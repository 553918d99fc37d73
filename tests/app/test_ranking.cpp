#include <gtest/gtest.h>

#include <iterator>
#include <limits>
#include <sstream>

#include "hpnas/app/ranking.hpp"

namespace hpnas {
namespace {

Ranking two_networks() {
    Ranking ranking;
    ranking.target_ms = 2;
    ranking.networks = {{1, 7, 1.25, 1000, 20000, 81.5, 1.5, 1.625, "0,1"},
                        {0, 3, 1.5, 900, 10000, 80, 1.75, 2.5, "1,1"}};
    ranking.initial_mean_top1 = 62.25;
    ranking.n_initial = 4;
    return ranking;
}

std::vector<std::string> lines(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
}

std::vector<std::string> words(const std::string& line) {
    std::istringstream in(line);
    return {std::istream_iterator<std::string>(in), {}};
}

TEST(FormatRanking, OneLinePerNetworkThenTargetAndComparison) {
    const auto text = lines(format_ranking(two_networks()));
    ASSERT_EQ(text.size(), 5U);
    EXPECT_EQ(text[0].size(), text[1].size()) << "columns stand below their names";
    EXPECT_EQ(words(text[1]),
              (std::vector<std::string>{"1", "7", "1000", "20000", "1.5000", "1.6250", "81.50", "1.2500"}));
    EXPECT_EQ(words(text[2])[0], "-") << "misses the target when measured";
    EXPECT_EQ(text[3], "latency target 2.0000 ms; '-': misses it when measured");
    EXPECT_EQ(text[4], "best network 81.50 %, mean of the search's 4 initial samples within the target 62.25 %");
}

TEST(FormatRanking, SaysNothingOfATargetOrSamplesThatThereAreNot) {
    Ranking ranking = two_networks();
    ranking.target_ms = std::numeric_limits<double>::infinity();
    ranking.n_initial = 0;
    EXPECT_EQ(lines(format_ranking(ranking)).size(), 3U);
    EXPECT_EQ(lines(format_ranking({})).size(), 2U) << "no network: the head and the (zero) target";
}

TEST(FormatRanking, ShowsEnergiesThatAreKnown) {
    Ranking ranking = two_networks();
    ranking.networks[0].energy_mj = 0.25;
    const auto text = lines(format_ranking(ranking));
    EXPECT_EQ(text[0].size(), text[1].size());
    EXPECT_EQ(words(text[1])[6], "0.2500");
    EXPECT_EQ(words(text[2])[6], "nan");
}

TEST(RankingTable, HasAColumnPerFieldWithUnits) {
    const Table table = ranking_table(two_networks());
    EXPECT_EQ(table.group, "ranking");
    ASSERT_EQ(table.columns.size(), 11U);
    EXPECT_EQ(std::get<std::vector<double>>(table.columns[8].values), (std::vector<double>{1.625, 2.5}))
        << "measured_ms";
    for (const Column& column : table.columns) {
        std::visit([&](const auto& values) { EXPECT_EQ(values.size(), 2U) << column.name; }, column.values);
        EXPECT_EQ(column.unit == "ms", column.name.ends_with("_ms")) << column.name;
        EXPECT_FALSE(column.doc.empty()) << column.name;
    }
}

}  // namespace
}  // namespace hpnas

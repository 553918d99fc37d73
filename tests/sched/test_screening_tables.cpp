#include <gtest/gtest.h>

#include "hpnas/sched/screening.hpp"

namespace hpnas {
namespace {

TEST(ScreeningTables, HoldTheResultRowByRow) {
    ScreeningOptions options;
    options.buckets = {{1, 2}, {2, 4}};
    ScreeningResult result;
    result.histogram = {5, 7};
    result.histogram_upper_ms = 4;
    result.overflow = 1;
    result.counts = {4, 6};
    result.survivors = {{{{1, 0}, 1.5, 10, 3}}, {{{0, 1}, 2.5, 11, 4}, {{1, 1}, 3.5, 12, 8}}};
    const std::vector<Table> tables = screening_tables(result, options);
    ASSERT_EQ(tables.size(), 3U);
    for (const Table& table : tables) EXPECT_NO_THROW(check_table(table));
    EXPECT_EQ(tables[0].group, "screening/histogram");
    EXPECT_EQ(std::get<std::vector<double>>(tables[0].columns[0].values), (std::vector<double>{0, 2, 4}));
    EXPECT_EQ(std::get<std::vector<std::int64_t>>(tables[0].columns[1].values), (std::vector<std::int64_t>{5, 7, 1}));
    EXPECT_EQ(std::get<std::vector<std::int64_t>>(tables[1].columns[3].values), (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(std::get<std::vector<std::int64_t>>(tables[2].columns[0].values), (std::vector<std::int64_t>{0, 1, 1}));
    EXPECT_EQ(std::get<std::vector<Encoding>>(tables[2].columns[3].values)[2], (Encoding{1, 1}));
}

}  // namespace
}  // namespace hpnas

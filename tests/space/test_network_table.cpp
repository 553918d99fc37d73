#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/space/network_table.hpp"
#include "hpnas/space/tabular_space.hpp"

namespace hpnas {
namespace {

NetworkTable make(const std::string& csv, std::size_t n_required = 1, const std::vector<std::string>& key = {"arch"}) {
    static const TabularSpace space({.alphabets = {"012"}});
    return {CsvTable::parse(csv, "t.csv"), space, key, {"a", "b"}, n_required};
}

TEST(NetworkTable, AveragesTheRowsOfANetwork) {
    const NetworkTable table = make("arch,b,a\n0,10,1\n1,20,2\n0,30,5\n");
    EXPECT_EQ(table.size(), 2U);
    ASSERT_EQ(table.find({0}).size(), 2U);
    EXPECT_EQ(table.find({0})[0], 3);   // (1 + 5) / 2
    EXPECT_EQ(table.find({0})[1], 20);  // (10 + 30) / 2
    EXPECT_EQ(table.find({1})[0], 2);
    EXPECT_TRUE(table.find({2}).empty());
    EXPECT_TRUE(table.contains({1}));
    EXPECT_FALSE(table.contains({2}));
}

TEST(NetworkTable, ColumnsThatAreNotRequiredMayHaveEmptyCells) {
    const NetworkTable table = make("arch,a,b\n0,1,\n");
    EXPECT_EQ(table.find({0})[0], 1);
    EXPECT_TRUE(std::isnan(table.find({0})[1]));
    EXPECT_THROW(make("arch,a,b\n0,1,\n", 2), DataError);
}

TEST(NetworkTable, MistakesAreNamedWithTheirPlace) {
    EXPECT_THROW(make("arch,a\n0,1\n"), ConfigError);
    EXPECT_THROW(make("arch,a,b\n"), DataError);
    try {
        make("arch,a,b\n0,1,2\nx,3,4\n");
        FAIL();
    } catch (const DataError& error) {
        EXPECT_TRUE(std::string(error.what()).starts_with("t.csv:3:1")) << error.what();
    }
}

}  // namespace
}  // namespace hpnas

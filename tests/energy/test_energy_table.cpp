#include <gtest/gtest.h>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/energy/energy_table.hpp"

namespace hpnas {
namespace {

EnergyTable make(const test::WidthSpace& space, const std::string& column) {
    return EnergyTable({.path = HPNAS_SOURCE_DIR "/tests/energy/data/width.csv", .column = column}, {.space = &space});
}

TEST(EnergyTable, TellsTheColumnOfTheNetworksRow) {
    const test::WidthSpace space;
    EnergyTable table = make(space, "energy_mj");
    EXPECT_EQ(table.energy_mj(space.decode({0}), {0}), 1.5);
    EXPECT_EQ(table.energy_mj(space.decode({1}), {1}), 2.5);
    EXPECT_EQ(make(space, "of_board_mj").energy_mj(space.decode({1}), {1}), 25);
}

TEST(EnergyTable, KnowsNothingOfANetworkThatIsNotInTheFile) {
    const test::WidthSpace space;
    EXPECT_EQ(make(space, "energy_mj").energy_mj(space.decode({2}), {2}), std::nullopt);
}

TEST(EnergyTable, AnotherFileIsAnotherFact) {
    const test::WidthSpace space;
    const auto facts = make(space, "energy_mj").facts();
    ASSERT_EQ(facts.size(), 1U);
    EXPECT_TRUE(facts[0].starts_with("facts.energy=x"));
}

TEST(EnergyTable, MistakesAreNamed) {
    const test::WidthSpace space;
    EXPECT_THROW(make(space, "joule"), ConfigError);
    EXPECT_THROW(EnergyTable({.path = HPNAS_SOURCE_DIR "/tests/energy/data/width.csv"}, {}), ConfigError);
}

}  // namespace
}  // namespace hpnas

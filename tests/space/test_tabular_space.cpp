#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/space/tabular_space.hpp"
#include "space/make_space.hpp"

namespace hpnas::test {
namespace {

std::string message(const std::string& yaml) {
    try {
        make_space(yaml);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return {};
}

TEST(TabularSpace, NasBenchMacroHasEightPositionsOfThreeSymbols) {
    const auto space = make_space("{name: tabular, alphabets: ['012'], counts: [8]}");
    EXPECT_EQ(space_size_text(space->decisions()), "6561");
    const Encoding x = space->parse("01201210");
    EXPECT_EQ(x, (Encoding{0, 1, 2, 0, 1, 2, 1, 0}));
    EXPECT_EQ(space->format(x), "01201210");
    EXPECT_EQ(space->parse("0,1,2,0,1,2,1,0"), x);
    EXPECT_EQ(space->parse(space->format_values(x)), x);
}

TEST(TabularSpace, AlphabetsDifferByPositionAndDigitsAreValues) {
    const auto space = make_space("{name: tabular, alphabets: ['146', 'ab'], counts: [2, 1], ordered: true}");
    ASSERT_EQ(space->decisions().size(), 3U);
    EXPECT_EQ(space->decisions()[1].values, (std::vector<double>{1, 4, 6}));
    EXPECT_EQ(space->decisions()[2].values, (std::vector<double>{0, 1}));
    EXPECT_TRUE(space->decisions()[0].ordered);
    EXPECT_EQ(space->parse("41b"), (Encoding{1, 0, 1}));
    EXPECT_EQ(space->choice_text(2, 1), "b");
}

TEST(TabularSpace, HasNoNetworks) {
    const auto space = make_space("{name: tabular, alphabets: [ab]}");
    EXPECT_FALSE(space->has_networks());
    EXPECT_THROW(space->decode({0}), EncodingError);
}

TEST(TabularSpace, WrongWordsNameThePosition) {
    const auto space = make_space("{name: tabular, alphabets: ['012', '35']}");
    EXPECT_THROW(space->parse("0"), EncodingError);
    EXPECT_THROW(space->parse("0-"), EncodingError);
    try {
        space->parse("04");
        FAIL();
    } catch (const EncodingError& error) {
        EXPECT_STREQ(error.what(), "space tabular: position 1: expected one of '35', got '4'");
    }
}

TEST(TabularSpace, WrongOptionsAreReportedWithTheirLine) {
    EXPECT_EQ(message("{name: tabular, alphabets: ['011']}"),
              "run.yaml:1: space: space tabular: alphabets: '011' has '1' twice");
    EXPECT_NE(message("{name: tabular, alphabets: ['0 1']}").find("letters and digits"), std::string::npos);
    EXPECT_NE(message("{name: tabular, alphabets: []}").find("at least one"), std::string::npos);
    EXPECT_NE(message("{name: tabular, alphabets: ['01'], counts: [1, 2]}").find("one for each"), std::string::npos);
    EXPECT_NE(message("{name: tabular}").find("alphabets"), std::string::npos);
}

}  // namespace
}  // namespace hpnas::test

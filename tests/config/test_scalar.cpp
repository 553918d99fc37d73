#include "hpnas/config/scalar.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hpnas {
namespace {

TEST(ParseInteger, TakesIntegralNumbersInAnyNotation) {
    EXPECT_EQ(parse_integer("42"), 42);
    EXPECT_EQ(parse_integer("+7"), 7);
    EXPECT_EQ(parse_integer("-3"), -3);
    EXPECT_EQ(parse_integer("1e6"), 1000000);
    EXPECT_EQ(parse_integer("2.0"), 2);
    EXPECT_EQ(parse_integer("9223372036854775807"), 9223372036854775807);
}

TEST(ParseInteger, RefusesWhatIsNone) {
    for (const char* text : {"", "2.5", "1e-1", "abc", "0x10", "9223372036854775808", "1e300", "--1", "1 2", ".inf"})
        EXPECT_FALSE(parse_integer(text)) << text;
}

TEST(ParseNumber, KnowsYamlsForms) {
    EXPECT_EQ(parse_number("0.1"), 0.1);
    EXPECT_EQ(parse_number("-1e-3"), -1e-3);
    EXPECT_EQ(parse_number(".inf"), std::numeric_limits<double>::infinity());
    EXPECT_EQ(parse_number("-.Inf"), -std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(*parse_number(".nan")));
    for (const char* text : {"", "inf", "nan", "1,5", "1e999", "1.2.3"}) EXPECT_FALSE(parse_number(text)) << text;
}

TEST(ParseBoolean, KnowsItsWordsInThreeCases) {
    for (const char* text : {"true", "True", "TRUE", "yes", "on"}) EXPECT_EQ(parse_boolean(text), true) << text;
    for (const char* text : {"false", "No", "OFF"}) EXPECT_EQ(parse_boolean(text), false) << text;
    for (const char* text : {"1", "tRuE", "y", ""}) EXPECT_FALSE(parse_boolean(text)) << text;
}

TEST(FormatNumber, IsReadBackExactly) {
    for (const double value : {0.1, 1.0 / 3, 1e-300, -5.0, std::numeric_limits<double>::infinity()})
        EXPECT_EQ(parse_number(format_number(value)), value);
}

TEST(ReadsAsNonString, FindsTextsThatNeedQuotes) {
    for (const char* text : {"", "yes", "1.5", "null", "~", "1e3"}) EXPECT_TRUE(reads_as_non_string(text)) << text;
    for (const char* text : {"sgd", "data/cifar10", "1 a"}) EXPECT_FALSE(reads_as_non_string(text)) << text;
}

}  // namespace
}  // namespace hpnas

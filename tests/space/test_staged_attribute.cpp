#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/space/staged_attribute.hpp"

namespace hpnas::test {
namespace {

struct Result {
    std::optional<Attribute> attribute;
    std::vector<std::string> messages;
};

Result read(std::string_view key, const std::string& value) {
    Diagnostics diagnostics;
    const ConfigNode node = parse_yaml("x: " + value, "s.yaml").map[0].second;
    Result result{read_attribute(node, "stages.0." + std::string(key), attribute_rule(key), diagnostics), {}};
    result.messages.assign(diagnostics.lines().begin(), diagnostics.lines().end());
    return result;
}

void expect_message(std::string_view key, const std::string& value, const std::string& message) {
    const Result result = read(key, value);
    EXPECT_FALSE(result.attribute) << value;
    ASSERT_EQ(result.messages.size(), 1U) << value;
    EXPECT_EQ(result.messages[0], "s.yaml:1: stages.0." + std::string(key) + message) << value;
}

TEST(StagedAttribute, OneValueIsFixed) {
    const Result result = read("filters", "32");
    ASSERT_TRUE(result.attribute);
    EXPECT_EQ(result.attribute->values, std::vector<double>{32});
    EXPECT_FALSE(result.attribute->searched);
    EXPECT_EQ(read("activation", "swish").attribute->values, std::vector<double>{1});
    EXPECT_EQ(read("se", "true").attribute->values, std::vector<double>{1});
    EXPECT_EQ(read("expansion", "7.67").attribute->values, std::vector<double>{7.67});
}

TEST(StagedAttribute, ListsAndRangesAreSearchedEvenWithOneValue) {
    EXPECT_EQ(read("kernel", "[3, 5, 7]").attribute->values, (std::vector<double>{3, 5, 7}));
    EXPECT_EQ(read("filters", "{from: 32, to: 80, step: 16}").attribute->values, (std::vector<double>{32, 48, 64, 80}));
    EXPECT_EQ(read("layers", "{from: 0, to: 2}").attribute->values, (std::vector<double>{0, 1, 2}));
    EXPECT_EQ(read("activation", "[swish, relu]").attribute->values, (std::vector<double>{1, 0}));
    EXPECT_EQ(read("se", "[0, 1]").attribute->values, (std::vector<double>{0, 1}));
    EXPECT_TRUE(read("kernel", "[3]").attribute->searched);
    EXPECT_TRUE(read("kernel", "{from: 3, to: 3}").attribute->searched);
    EXPECT_EQ(read("expansion", "{from: 1, to: 2, step: 0.25}").attribute->values,
              (std::vector<double>{1, 1.25, 1.5, 1.75, 2}));
}

TEST(StagedAttribute, MistakesSayWhatWasExpected) {
    expect_message("kernel", "4", ": expected an odd integer in [1, 31], got 4");
    expect_message("kernel", "{from: 3, to: 6}", ": the range holds 4, expected an odd integer in [1, 31]");
    expect_message("kernel", "[]", ": is an empty list: at least one choice is needed");
    expect_message("kernel", "[3, 3]", ": the choice 3 is there twice");
    expect_message("kernel", "[5, 3]", ": choices must ascend, but 3 follows 5");
    expect_message("filters", "0", ": expected an integer in [1, 65536], got 0");
    expect_message("filters", "2.5", ": expected an integer in [1, 65536], got 2.5");
    expect_message("filters", "\"8\"", ": expected an integer in [1, 65536], got the text \"8\"");
    expect_message("filters", "[8, [16]]", ": expected an integer in [1, 65536], got a list");
    expect_message("filters", "{from: 32, to: 80, step: 20}", ": step 20 does not divide the range from 32 to 80");
    expect_message("filters", "{from: 80, to: 32}", ": is an empty range: from 80 is larger than to 32");
    expect_message("filters", "{from: 1, to: 60000}", ": expected at most 1024 choices, got 60000");
    expect_message("filters", "{from: 8}", ".to: is required, but missing (last choice, included)");
    expect_message("filters", "{from: 8, to: 16, stop: 8}", ": unknown key 'stop'; did you mean 'step'?");
    expect_message("activation", "gelu", ": expected relu or swish, got gelu");
    expect_message("activation", "[relu, relu]", ": the choice relu is there twice");
    expect_message("activation", "{from: 0, to: 1}", ": expected relu or swish or a list of them, got a map");
    expect_message("se", "2", ": expected true or false, got 2");
    expect_message("expansion", ".nan", ": expected a number in [0.01, 100], got .nan");
    expect_message("layers", "", ": expected an integer in [0, 1000], got nothing");
}

TEST(StagedAttribute, AllMistakesOfAListAreReported) { EXPECT_EQ(read("kernel", "[2, 3, 3, 40]").messages.size(), 3U); }

TEST(StagedAttribute, UnknownRuleIsAnInternalError) { EXPECT_THROW(attribute_rule("width"), InternalError); }

TEST(StagedAttribute, TextIsWhatUsersWrite) {
    EXPECT_EQ(attribute_text(attribute_rule("activation"), 1), "swish");
    EXPECT_EQ(attribute_text(attribute_rule("expansion"), 7.67), "7.67");
    EXPECT_EQ(attribute_text(attribute_rule("filters"), 32), "32");
}

}  // namespace
}  // namespace hpnas::test

#include <gtest/gtest.h>

#include "hpnas/config/node.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

std::string error_of(const std::string& yaml) {
    try {
        parse_yaml(yaml, "x.yaml");
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(ParseYaml, KeepsKindsOrderAndLines) {
    const ConfigNode root = parse_yaml("b: 1\na:\n  - x\n  - '2'\nnone:\n", "x.yaml");
    ASSERT_EQ(root.map.size(), 3U);
    EXPECT_EQ(root.map[0].first, "b");
    EXPECT_EQ(root.map[1].second.where.line, 2);
    EXPECT_EQ(root.map[1].second.sequence[1].scalar, "2");
    EXPECT_TRUE(root.map[1].second.sequence[1].quoted);
    EXPECT_EQ(root.map[1].second.sequence[1].where.line, 4);
    EXPECT_EQ(root.map[2].second.kind, ConfigNode::Kind::null);
    EXPECT_EQ(root.where.file, "x.yaml");
}

TEST(ParseYaml, RefusesDuplicateKeysNamingBothLines) {
    EXPECT_EQ(error_of("a: 1\nb: 2\na: 3\n"), "x.yaml:3: duplicate key 'a': it already stands in line 1");
}

TEST(ParseYaml, SyntaxErrorsHaveALine) {
    const std::string error = error_of("a: 1\nb: [1, 2\nc: 3\n");
    EXPECT_EQ(error.rfind("x.yaml:", 0), 0U) << error;
    EXPECT_NE(error.find("YAML syntax"), std::string::npos) << error;
}

TEST(ParseYaml, RefusesSeveralDocuments) {
    EXPECT_NE(error_of("a: 1\n---\nb: 2\n").find("one YAML document"), std::string::npos);
}

// The library's own reader of several documents does not end on such a text.
TEST(ParseYaml, RefusesATextThatStartsWithAComma) {
    EXPECT_NE(error_of(",a").find("one YAML document"), std::string::npos);
    EXPECT_NE(error_of(",\n---\nb: 1\n").find("one YAML document"), std::string::npos);
}

TEST(ParseYaml, RefusesAnAnchorThatContainsItself) {
    EXPECT_EQ(error_of("a: 1\nb: &x [*x]\n"), "x.yaml:2: the anchor contains itself");
}

// Ten elements per level, seven levels: 10^7 values from 200 characters.
TEST(ParseYaml, RefusesAliasesThatMultiply) {
    std::string text = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    for (int level = 1; level < 7; ++level) {
        const std::string alias = "*a" + std::to_string(level - 1);
        text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [";
        for (int i = 0; i < 10; ++i) text += (i == 0 ? "" : ", ") + alias;
        text += "]\n";
    }
    EXPECT_NE(error_of(text).find("more than 1000000 values"), std::string::npos);
}

TEST(ParseYaml, RefusesTagsItDoesNotKnow) { EXPECT_EQ(error_of("a: !foo 1\n"), "x.yaml:1: unknown tag '!foo'"); }

TEST(ParseYaml, RefusesKeysThatAreNoNames) { EXPECT_EQ(error_of("[1]: 2\n"), "x.yaml:1: expected a name as the key"); }

TEST(ParseYaml, EmptyTextIsNull) { EXPECT_EQ(parse_yaml("", "x.yaml").kind, ConfigNode::Kind::null); }

TEST(LoadYaml, MissingFileHasItsOwnExitCode) {
    try {
        load_yaml("/no/such/file.yaml");
        FAIL();
    } catch (const DataError& error) {
        EXPECT_EQ(error.exit_code(), ExitCode::no_input);
        EXPECT_NE(std::string(error.what()).find("/no/such/file.yaml"), std::string::npos);
    }
}

}  // namespace
}  // namespace hpnas

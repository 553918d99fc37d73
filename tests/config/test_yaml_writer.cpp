#include <gtest/gtest.h>

#include "hpnas/config/node.hpp"

namespace hpnas {
namespace {

bool same(const ConfigNode& a, const ConfigNode& b) {
    if (a.kind != b.kind || a.scalar != b.scalar || a.sequence.size() != b.sequence.size() ||
        a.map.size() != b.map.size())
        return false;
    for (std::size_t i = 0; i < a.sequence.size(); ++i)
        if (!same(a.sequence[i], b.sequence[i])) return false;
    for (std::size_t i = 0; i < a.map.size(); ++i)
        if (a.map[i].first != b.map[i].first || !same(a.map[i].second, b.map[i].second)) return false;
    return true;
}

constexpr const char* text = R"(a: 1
quoted: '2'
"odd key: x": "tab\there"
list: [1, [2, 3], {x: y}]
empty_list: []
empty_map: {}
nothing:
multi: "two\nlines"
)";

TEST(ToYaml, IsReadBackToTheSameContent) {
    const ConfigNode node = parse_yaml(text, "x.yaml");
    EXPECT_TRUE(same(parse_yaml(to_yaml(node), "again"), node)) << to_yaml(node);
    EXPECT_TRUE(same(parse_yaml(to_yaml_line(node), "again"), node)) << to_yaml_line(node);
}

// Every character that means something to YAML, alone, first, in the middle and last, as a value and as a key.
TEST(ToYaml, QuotesWhatWouldReadDifferently) {
    for (const std::string mark :
         {"?", ":", ": ", ",", "[",  "]",   "{",   "}", "#",    " #", "&",  "*",  "!", "|",  ">",    "'", "\"",
          "%", "@", "`",  "-", "- ", "---", "...", "~", "null", "\n", "\t", "\r", " ", "\\", "\x01", "<<"}) {
        for (const std::string& word : {mark, mark + "b", "a" + mark + "b", "a" + mark}) {
            ConfigNode value;
            value.kind = ConfigNode::Kind::scalar;
            value.scalar = word;
            ConfigNode node;
            node.kind = ConfigNode::Kind::map;
            node.map.emplace_back(word, value);
            EXPECT_TRUE(same(parse_yaml(to_yaml(node), "again"), node)) << to_yaml(node);
            EXPECT_TRUE(same(parse_yaml(to_yaml_line(node), "again"), node)) << to_yaml_line(node);
        }
    }
}

TEST(ToYaml, IsCanonical) {
    const ConfigNode node = parse_yaml("{b: 1, a: {c: [x, 2]}}", "x.yaml");
    EXPECT_EQ(to_yaml(node), to_yaml(parse_yaml(to_yaml(node), "again")));
    EXPECT_EQ(to_yaml_line(node).find('\n'), std::string::npos);
}

}  // namespace
}  // namespace hpnas

#include "hpnas/config/node.hpp"

#include <gtest/gtest.h>

namespace hpnas {
namespace {

TEST(ConfigNode, FindsKeysOfMapsOnly) {
    const ConfigNode map = parse_yaml("a: 1\nb: {c: 2}\n", "x.yaml");
    ASSERT_NE(map.find("b"), nullptr);
    EXPECT_EQ(map.find("b")->find("c")->scalar, "2");
    EXPECT_EQ(map.find("c"), nullptr);
    EXPECT_EQ(map.find("a")->find("a"), nullptr);  // a scalar has no keys
}

TEST(Location, IsFileAndLine) {
    EXPECT_EQ(to_string(Location{"x.yaml", 3}), "x.yaml:3");
    EXPECT_EQ(to_string(Location{"--set a=1", 0}), "--set a=1");
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/config/node.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

ConfigNode base() { return parse_yaml("strategy: {name: bayes}\nscreening: {edges_ms: [1, 2]}\n", "x.yaml"); }

TEST(SetByPath, ReplacesMakesAndIndexes) {
    ConfigNode root = base();
    set_by_path(root, "strategy.name=random");
    set_by_path(root, "search.candidates=12");
    set_by_path(root, "screening.edges_ms.1=3.5");
    set_by_path(root, "training.optimizer={name: sgd, momentum: 0.8}");
    EXPECT_EQ(root.find("strategy")->find("name")->scalar, "random");
    EXPECT_EQ(root.find("search")->find("candidates")->scalar, "12");
    EXPECT_EQ(root.find("screening")->find("edges_ms")->sequence[1].scalar, "3.5");
    EXPECT_EQ(root.find("training")->find("optimizer")->find("momentum")->scalar, "0.8");
}

TEST(SetByPath, AValueMayHoldEqualsSigns) {
    ConfigNode root = base();
    set_by_path(root, "output=a=b");
    EXPECT_EQ(root.find("output")->scalar, "a=b");
}

TEST(SetByPath, SaysWhichAssignmentIsWrong) {
    for (const char* wrong :
         {"strategy", "=3", "a..b=1", "strategy.name.x=1", "screening.edges_ms.7=1", "screening.edges_ms.x=1"}) {
        ConfigNode root = base();
        try {
            set_by_path(root, wrong);
            FAIL() << wrong;
        } catch (const ConfigError& error) {
            EXPECT_NE(std::string(error.what()).find(std::string("--set ") + wrong), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace hpnas

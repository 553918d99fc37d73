#include <gtest/gtest.h>

#include "hpnas/config/registry.hpp"

namespace hpnas {
namespace {

struct Inner {
    std::int64_t depth = 3;
    void visit(OptionVisitor& v) { v.integer({"depth", "levels", 1, 9}, depth); }
};
struct Base {
    virtual ~Base() = default;
};
struct Tree : Base {
    struct Options {
        double width = 0.5;
        Inner inner;
        void visit(OptionVisitor& v) {
            v.number({"width", "share", 0, 1}, width);
            v.group({"inner", "nested"}, inner);
        }
    };
    explicit Tree(Options) {}
};

const Registry<Base>& trees() {
    static const Registry<Base> registry("trees", {registry_entry<Base, Tree, Tree::Options>("tree", "a tree")});
    return registry;
}

TEST(ResolveOptions, FillsInDefaultsAndKeepsWhatWasGiven) {
    Diagnostics diagnostics;
    const ConfigNode node = parse_yaml("name: tree\ninner: {depth: 5}\n", "x.yaml");
    const ConfigNode resolved = trees().resolve(node, "tree", diagnostics);
    EXPECT_TRUE(diagnostics.empty());
    EXPECT_EQ(to_yaml(resolved), "name: tree\nwidth: 0.5\ninner:\n  depth: 5\n");
}

TEST(ResolveOptions, TakesABareName) {
    Diagnostics diagnostics;
    const ConfigNode resolved = trees().resolve(parse_yaml("tree", "x.yaml"), "tree", diagnostics);
    EXPECT_EQ(to_yaml(resolved), "name: tree\nwidth: 0.5\ninner:\n  depth: 3\n");
}

TEST(ResolveOptions, ReportsEveryMistakeAtOnce) {
    Diagnostics diagnostics;
    trees().resolve(parse_yaml("name: tree\nwidth: 7\ninner: {dept: 5}\n", "x.yaml"), "tree", diagnostics);
    ASSERT_EQ(diagnostics.lines().size(), 2U);
    EXPECT_NE(diagnostics.lines()[0].find("x.yaml:2: tree.width"), std::string::npos);
    EXPECT_NE(diagnostics.lines()[1].find("depth"), std::string::npos);
}

}  // namespace
}  // namespace hpnas

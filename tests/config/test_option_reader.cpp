#include <gtest/gtest.h>

#include "config/sample_options.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// The messages that reading `yaml` gives.
std::vector<std::string> mistakes(const std::string& yaml, SampleOptions& options) {
    Diagnostics diagnostics;
    read_options(parse_yaml(yaml, "x.yaml"), "strategy", diagnostics, options);
    return {diagnostics.lines().begin(), diagnostics.lines().end()};
}
std::vector<std::string> mistakes(const std::string& yaml) {
    SampleOptions options;
    return mistakes(yaml, options);
}
using Lines = std::vector<std::string>;

TEST(ReadOptions, ReadsEveryKindAndKeepsDefaults) {
    SampleOptions options;
    EXPECT_EQ(
        mistakes("population: 1e3\nrate: 0.5\npath: 42\nmode: exact\nedges: [1, 2.5]\nsizes: [7]\nnames: [a, '1']\n"
                 "optimizer: {name: sgd}\ninner: {beta: 2}\nnesterov: off\n",
                 options),
        Lines{});
    EXPECT_EQ(options.population, 1000);  // integral, so an integer in any notation
    EXPECT_EQ(options.rate, 0.5);
    EXPECT_EQ(options.path, "42");
    EXPECT_EQ(options.mode, "exact");
    EXPECT_EQ(options.edges, (std::vector<double>{1, 2.5}));
    EXPECT_EQ(options.sizes, (std::vector<std::int64_t>{7}));
    EXPECT_EQ(options.names, (std::vector<std::string>{"a", "1"}));
    EXPECT_EQ(options.optimizer.find("name")->scalar, "sgd");
    EXPECT_EQ(options.inner.beta, 2);
    EXPECT_FALSE(options.nesterov);
    SampleOptions untouched;
    EXPECT_EQ(mistakes("{}", untouched), Lines{});
    EXPECT_EQ(untouched.population, 50);
}

TEST(ReadOptions, NamesFileLineKeyExpectedAndGot) {
    EXPECT_EQ(mistakes("rate: 0.5\npopulation: -3\n"),
              Lines{"x.yaml:2: strategy.population: expected an integer in [2, 10000], got -3"});
    EXPECT_EQ(mistakes("population: 2.5"),
              Lines{"x.yaml:1: strategy.population: expected an integer in [2, 10000], got 2.5"});
    EXPECT_EQ(mistakes("population: '7'"),
              Lines{"x.yaml:1: strategy.population: expected an integer in [2, 10000], got the text \"7\""});
    EXPECT_EQ(mistakes("rate: fast"), Lines{"x.yaml:1: strategy.rate: expected a number in [0, 1], got fast"});
    EXPECT_EQ(mistakes("rate: .nan"), Lines{"x.yaml:1: strategy.rate: expected a number in [0, 1], got .nan"});
    EXPECT_EQ(mistakes("nesterov: 1"), Lines{"x.yaml:1: strategy.nesterov: expected a boolean (true or false), got 1"});
    EXPECT_EQ(mistakes("mode: slow"), Lines{"x.yaml:1: strategy.mode: expected one of fast, exact, got slow"});
    EXPECT_EQ(mistakes("path: [a]"), Lines{"x.yaml:1: strategy.path: expected a text, got a list"});
    EXPECT_EQ(mistakes("inner: 3"), Lines{"x.yaml:1: strategy.inner: expected a map, got 3"});
}

TEST(ReadOptions, NamesTheElementOfAList) {
    const Lines lines = mistakes("sizes: [3, 9]\nedges: 4\n");
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("edges"), std::string::npos);
    EXPECT_NE(lines[1].find("sizes"), std::string::npos);
    EXPECT_NE(lines[1].find("expected an integer in [1, 7], got 9"), std::string::npos);
}

TEST(ReadOptions, UnknownKeyComesWithAHint) {
    EXPECT_EQ(mistakes("populaton: 3"),
              Lines{"x.yaml:1: strategy: unknown key 'populaton'; did you mean 'population'?"});
    const Lines far = mistakes("inner: {zzz: 1}");
    ASSERT_EQ(far.size(), 1U);
    EXPECT_EQ(far[0], "x.yaml:1: strategy.inner: unknown key 'zzz'; known: beta");
}

TEST(ReadOptions, ReportsAllMistakesAtOnceAndThrowsThem) {
    Diagnostics diagnostics;
    SampleOptions options;
    read_options(parse_yaml("population: 1\nrate: 2\nwrong: 3\n", "x.yaml"), "", diagnostics, options);
    EXPECT_EQ(diagnostics.lines().size(), 3U);
    EXPECT_THROW(diagnostics.throw_if_any(), ConfigError);
    EXPECT_EQ(options.population, 50);  // a mistake leaves the default
}

TEST(ReadOptions, MissingRequiredKeyIsAMistakeWithItsMeaning) {
    struct Required {
        std::string space;
        void visit(OptionVisitor& v) { v.text({.name = "space", .doc = "search space", .required = true}, space); }
    } options;
    Diagnostics diagnostics;
    read_options(parse_yaml("{}", "x.yaml"), "", diagnostics, options);
    ASSERT_EQ(diagnostics.lines().size(), 1U);
    EXPECT_EQ(diagnostics.lines()[0], "x.yaml:1: space: is required, but missing (search space)");
}

TEST(ReadOptions, IgnoresKeysOfOthers) {
    Diagnostics diagnostics;
    SampleOptions options;
    read_options(parse_yaml("name: sgd", "x.yaml"), "", diagnostics, options, {"name"});
    EXPECT_TRUE(diagnostics.empty());
}

}  // namespace
}  // namespace hpnas

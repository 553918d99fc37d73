#include <gtest/gtest.h>

#include "config/sample_options.hpp"

namespace hpnas {
namespace {

TEST(WriteOptions, ReadingItsOutputGivesTheSameOptions) {
    SampleOptions options;
    options.rate = 1.0 / 3;  // needs 17 digits
    options.path = "yes";    // would read as a boolean if it were not quoted
    options.names = {"1", "a b", ""};
    options.inner.beta = 1e300;
    const std::string text = to_yaml(write_options([&](OptionVisitor& v) { options.visit(v); }));
    SampleOptions back;
    Diagnostics diagnostics;
    read_options(parse_yaml(text, "echo"), "", diagnostics, back);
    EXPECT_TRUE(diagnostics.empty()) << text;
    EXPECT_EQ(back.rate, options.rate);
    EXPECT_EQ(back.path, "yes");
    EXPECT_EQ(back.names, options.names);
    EXPECT_EQ(back.inner.beta, 1e300);
    EXPECT_EQ(back.edges, options.edges);
    EXPECT_EQ(to_yaml(write_options([&](OptionVisitor& v) { back.visit(v); })), text);
}

}  // namespace
}  // namespace hpnas

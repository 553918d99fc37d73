#include "hpnas/config/diagnostics.hpp"

#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

TEST(Diagnostics, LeavesOutPlaceAndKeyWhereThereIsNone) {
    Diagnostics diagnostics;
    diagnostics.add({"x.yaml", 3}, "a.b", "wrong");
    diagnostics.add({"--set a=1", 0}, "a", "wrong");
    diagnostics.add({"x.yaml", 1}, "", "wrong");
    ASSERT_EQ(diagnostics.lines().size(), 3U);
    EXPECT_EQ(diagnostics.lines()[0], "x.yaml:3: a.b: wrong");
    EXPECT_EQ(diagnostics.lines()[1], "--set a=1: a: wrong");
    EXPECT_EQ(diagnostics.lines()[2], "x.yaml:1: wrong");
}

TEST(Diagnostics, ThrowsOnlyIfThereIsSomethingAndThenAllOfIt) {
    Diagnostics diagnostics;
    EXPECT_NO_THROW(diagnostics.throw_if_any());
    diagnostics.add({"x.yaml", 1}, "a", "first");
    diagnostics.add({"x.yaml", 2}, "b", "second");
    try {
        diagnostics.throw_if_any();
        FAIL();
    } catch (const ConfigError& error) {
        EXPECT_STREQ(error.what(), "x.yaml:1: a: first\nx.yaml:2: b: second");
        EXPECT_EQ(error.exit_code(), ExitCode::config);
    }
}

}  // namespace
}  // namespace hpnas

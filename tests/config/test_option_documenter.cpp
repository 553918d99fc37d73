#include <gtest/gtest.h>

#include "config/sample_options.hpp"

namespace hpnas {
namespace {

TEST(DocumentOptions, HasOneRowPerKeyWithTypeRangeAndDefault) {
    SampleOptions options;
    const auto rows = document_options([&](OptionVisitor& v) { options.visit(v); });
    ASSERT_EQ(rows.size(), 10U);
    EXPECT_EQ(rows[1].key, "population");
    EXPECT_EQ(rows[1].type, "integer");
    EXPECT_EQ(rows[1].range, "in [2, 10000]");
    EXPECT_EQ(rows[1].default_value, "50");
    EXPECT_EQ(rows[1].doc, "members (count)");
    EXPECT_EQ(rows[4].range, "fast | exact");
    EXPECT_EQ(rows[5].default_value, "[0.5, 1]");
    EXPECT_EQ(rows[9].key, "inner.beta");
    EXPECT_EQ(rows[9].range, ">= 0");
    EXPECT_FALSE(rows[9].required);
}

}  // namespace
}  // namespace hpnas

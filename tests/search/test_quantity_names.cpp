#include <gtest/gtest.h>

#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/search/quantity_names.hpp"

namespace hpnas {
namespace {

TEST(QuantityNames, AreFreeUnlessTheResultsHaveThem) {
    for (const char* name : {"candidate_id", "encoding", "gene", "generation", "status", "reason", "row", "parent_0"})
        EXPECT_TRUE(is_reserved_name(name)) << name;
    for (const char* name : {"latency_ms", "generations", "parents"}) EXPECT_FALSE(is_reserved_name(name)) << name;
}

TEST(QuantityNames, ReservedAndRepeatedOnesAreRefused) {
    const std::vector<Quantity> loss{{"loss", "1", ""}}, both{{"macs", "count", ""}, {"loss", "1", ""}},
        status{{"status", "1", ""}};
    EXPECT_NO_THROW(check_quantity_names(loss, {}));
    EXPECT_THROW(check_quantity_names(loss, both), ConfigError);
    EXPECT_THROW(check_quantity_names(loss, status), ConfigError);
    EXPECT_THROW(check_quantity_names(status, loss), ConfigError);
}

}  // namespace
}  // namespace hpnas

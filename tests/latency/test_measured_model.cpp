#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/measured_model.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

constexpr MeasuredModelOptions quick{.batch = 1,
                                     .timing = {.warmup_ms = 0, .min_sample_ms = 0.05, .samples = 3, .max_ms = 1000}};

TEST(MeasuredModel, TimesEqualNetworksOnce) {
    test::OwnDevice own;
    MeasuredModel model(quick, {.device = &own.device});
    const double first = model.predict(test::chain({16, 24})).count();
    EXPECT_GT(first, 0);
    EXPECT_EQ(model.predict(test::chain({16, 24})).count(), first);  // a second measurement would differ in some digit
    EXPECT_EQ(model.timing(test::chain({16, 24})).count, 3);
}

TEST(MeasuredModel, NeedsADevice) { EXPECT_THROW(MeasuredModel(quick, {}), ConfigError); }

}  // namespace
}  // namespace hpnas

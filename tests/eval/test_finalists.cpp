#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "eval/tiny.hpp"
#include "hpnas/eval/finalists.hpp"
#include "hpnas/space/tabular_space.hpp"

namespace hpnas {
namespace {

TEST(Finalists, TimesEveryFinalistUnderItsId) {
    const test::WidthSpace space;
    test::OwnDevice own;
    const std::vector<Candidate> finalists{{.id = 9, .encoding = {0}, .parents = {}},
                                           {.id = 4, .encoding = {2}, .parents = {}}};
    const NetworkTimingOptions options{.timing = {.warmup_ms = 0, .min_sample_ms = 0.05, .samples = 3, .max_ms = 1000}};
    const auto timings = measure_finalists(space, finalists, own.device, options, 3);
    ASSERT_EQ(timings.size(), 2U);
    EXPECT_EQ(timings[0].candidate, 9);
    EXPECT_EQ(timings[1].candidate, 4);
    for (const FinalistTiming& t : timings) {
        EXPECT_GT(t.min_ms, 0);
        EXPECT_LE(t.min_ms, t.measured_ms);
    }
    EXPECT_TRUE(measure_finalists(space, {}, own.device, options, 3).empty());
}

TEST(Finalists, WithoutNetworksThereIsNothingToTime) {
    const TabularSpace space({.alphabets = {"ab"}});
    test::OwnDevice own;
    const std::vector<Candidate> finalists{{.id = 9, .encoding = {0}, .parents = {}}};
    const auto timings = measure_finalists(space, finalists, own.device, {}, 3);
    ASSERT_EQ(timings.size(), 1U);
    EXPECT_EQ(timings[0].candidate, 9);
    EXPECT_TRUE(std::isnan(timings[0].measured_ms));
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/score/size_scores.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

TEST(SizeScores, CountParametersMacsAndLayers) {
    test::OwnProbe probe;
    // Convolutions 108 + 144 + 216 + 324 + 24, batch norms 2 (4 + 4 + 6 + 6 + 6), linear 21
    EXPECT_EQ(ParameterCount().compute(*probe), 889);
    // 64 (108 + 144) + 16 (216 + 324 + 24) + 18
    EXPECT_EQ(MacCount().compute(*probe), 25170);
    EXPECT_EQ(Depth().compute(*probe), 5);  // stem, a, two of b, fc
}

TEST(Latency, IsWhatTheProbeKnows) {
    test::OwnProbe unknown, known(test::data_free_network(), {.latency_ms = 1.5});
    EXPECT_EQ(Latency().compute(*unknown), std::nullopt);
    EXPECT_EQ(Latency().compute(*known), 1.5);
    EXPECT_FALSE(Latency().info().larger_is_better);
    EXPECT_EQ(Latency().info().unit, "ms");
}

}  // namespace
}  // namespace hpnas

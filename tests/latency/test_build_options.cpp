#include "hpnas/latency/build_options.hpp"

#include <gtest/gtest.h>

namespace hpnas {
namespace {

TEST(LatencyBuildOptions, ReadsItsYaml) {
    LatencyBuildOptions options;
    Diagnostics diagnostics;
    read_options(parse_yaml("{path: t.h5, fill: networks, timing: {samples: 9}}", "x"), "latency", diagnostics, options);
    EXPECT_TRUE(diagnostics.empty());
    EXPECT_EQ(options.path, "t.h5");
    EXPECT_EQ(options.fill, "networks");
    EXPECT_EQ(options.timing.samples, 9);
}

TEST(LatencyBuildOptions, NamesEveryMistake) {
    LatencyBuildOptions options;
    Diagnostics diagnostics;
    read_options(parse_yaml("{fill: some, batch: 0, timing: {sample: 9}}", "x"), "latency", diagnostics, options);
    EXPECT_EQ(diagnostics.lines().size(), 3U);
}

TEST(LatencyBuildOptions, TheDefaultsJudgeOnAtLeastFiftyNetworks) {
    const LatencyBuildOptions options;
    EXPECT_GE(options.judge_networks, 50);  // what the accuracy claim of the README rests on
}

}  // namespace
}  // namespace hpnas

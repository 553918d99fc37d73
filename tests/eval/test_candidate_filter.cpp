#include <gtest/gtest.h>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/candidate_filter.hpp"

namespace hpnas {
namespace {

// Parameters of WidthSpace at width w: 27 w + w for the convolution with bias, 2 w + 2 for the classifier: 122, 242,
// 482.

TEST(CandidateFilter, WithoutLimitsAdmitsEverythingAndCountsNothing) {
    const test::WidthSpace space;
    CandidateFilter filter(space, {});
    EXPECT_FALSE(filter.active());
    EXPECT_TRUE(filter.admits({2}));
    EXPECT_EQ(filter.seen(), 0);
    EXPECT_EQ(filter.summary(), "");
}

TEST(CandidateFilter, CountsEachRejectedEncodingOnce) {
    const test::WidthSpace space;
    CandidateLimits limits;
    limits.min_params = 200;
    limits.max_params = 300;
    CandidateFilter filter(space, limits);
    for (int repeat = 0; repeat < 3; ++repeat) {
        EXPECT_FALSE(filter.admits({0}));
        EXPECT_TRUE(filter.admits({1}));
        EXPECT_FALSE(filter.admits({2}));
    }
    EXPECT_EQ(filter.seen(), 3);
    EXPECT_EQ(filter.summary(),
              "rejected before evaluation: 2 of 3 networks considered (params below 200: 1, params above 300: 1)");
}

TEST(CandidateFilter, BoundsWhatTheSpaceCounts) {
    const test::WidthSpace space;
    CandidateLimits limits;
    limits.counts = parse_yaml("{max_width: 8}", "test");
    CandidateFilter filter(space, limits);
    EXPECT_TRUE(filter.active());
    EXPECT_TRUE(filter.admits({1}));
    EXPECT_FALSE(filter.admits({2}));
    EXPECT_EQ(filter.summary(), "rejected before evaluation: 1 of 2 networks considered (width above 8: 1)");
}

TEST(CandidateFilter, BoundsThePredictedLatency) {
    const test::WidthSpace space;
    CandidateLimits limits;
    limits.max_latency_ms = 1;
    CandidateFilter unknown(space, limits);
    EXPECT_TRUE(unknown.admits({2}));  // left to the evaluation
    CandidateFilter known(space, limits, [](const Network& network) {
        return static_cast<double>(network.node(network.blocks()[0].last).shape.channels()) / 8;
    });
    EXPECT_TRUE(known.admits({1}));
    EXPECT_FALSE(known.admits({2}));
}

TEST(CandidateFilter, SamplesDifferentAdmittedEncodings) {
    const test::WidthSpace space;
    CandidateLimits limits;
    limits.max_params = 300;
    CandidateFilter filter(space, limits);
    std::vector<Encoding> all = filter.sample(10, 1);
    std::sort(all.begin(), all.end());
    EXPECT_EQ(all, (std::vector<Encoding>{{0}, {1}}));
    EXPECT_EQ(filter.sample(1, 7), CandidateFilter(space, limits).sample(1, 7));
}

TEST(CandidateFilter, SaysWhatIsThereIfNothingKeepsTheLimits) {
    const test::WidthSpace space;
    CandidateLimits limits;
    limits.max_params = 100;
    CandidateFilter filter(space, limits);
    try {
        filter.sample(4, 1, 200);
        FAIL() << "no error";
    } catch (const ConfigError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find("params above 100: 3"), std::string::npos) << text;
        EXPECT_NE(text.find("params 122 to 482"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace hpnas

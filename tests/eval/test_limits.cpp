#include <gtest/gtest.h>

#include <cmath>

#include "eval/tiny.hpp"
#include "hpnas/eval/limits.hpp"

namespace hpnas {
namespace {

CandidateCost cost(double params, double macs, double latency_ms) {
    CandidateCost result;
    result.params = params;
    result.macs = macs;
    result.latency_ms = latency_ms;
    return result;
}

std::optional<BrokenLimit> broken(const CandidateLimits& limits, const CandidateCost& of) {
    return broken_limit(limited_quantities(limits, test::WidthSpace()), of);
}

std::string reason(const CandidateLimits& limits, const CandidateCost& of) {
    const auto found = broken(limits, of);
    return found ? found->reason : "";
}

CandidateLimits limits_from(const std::string& yaml) {
    CandidateLimits limits;
    Diagnostics diagnostics;
    read_options(parse_yaml(yaml, "run.yaml"), "objective.limits", diagnostics, limits);
    diagnostics.throw_if_any();
    return limits;
}

TEST(CandidateLimits, ByDefaultNothingIsBound) {
    for (const LimitedQuantity& quantity : limited_quantities({}, test::WidthSpace()))
        EXPECT_FALSE(quantity.bounded()) << quantity.name;
    EXPECT_FALSE(broken({}, cost(1e9, 1e12, 1e4)).has_value());
    EXPECT_FALSE(broken({}, cost(0, 0, std::nan(""))).has_value());
}

TEST(CandidateLimits, NamesTheBoundThatIsBroken) {
    CandidateLimits limits;
    limits.min_params = 1000;
    limits.max_macs = 5e6;
    limits.max_latency_ms = 0.5;
    EXPECT_EQ(reason(limits, cost(999, 1, 0.1)), "params = 999 is below the limit 1000");
    EXPECT_EQ(reason(limits, cost(1000, 5000001, 0.1)), "macs = 5000001 is above the limit 5000000");
    EXPECT_EQ(reason(limits, cost(1000, 5e6, 0.625)), "latency = 0.625 ms is above the limit 0.5");
    EXPECT_EQ(reason(limits, cost(1000, 5e6, 0.5)), "");  // bounds are inclusive
    const auto found = broken(limits, cost(1000, 5000001, 0.1));
    EXPECT_EQ(limited_quantities(limits, test::WidthSpace())[found->quantity].name, "macs");
    EXPECT_TRUE(found->above);
}

TEST(CandidateLimits, BindMemoryAndLayers) {
    CandidateLimits limits;
    limits.max_memory_bytes = 4096;
    limits.min_layers = 2;
    CandidateCost of;
    of.memory_bytes = 5000;
    of.layers = 2;
    EXPECT_EQ(reason(limits, of), "memory = 5000 bytes is above the limit 4096");
    of.memory_bytes = 4096;
    of.layers = 1;
    EXPECT_EQ(reason(limits, of), "layers = 1 is below the limit 2");
}

TEST(CandidateLimits, AnUnknownLatencyBreaksNoBound) {
    CandidateLimits limits;
    limits.min_latency_ms = 1;
    EXPECT_TRUE(limits.bounds_latency());
    EXPECT_FALSE(broken(limits, cost(1, 1, std::nan(""))).has_value());
}

TEST(CandidateLimits, BindWhatTheSpaceCounts) {
    const CandidateLimits limits = limits_from("{max_params: 300, counts: {min_width: 8, max_width: 12}}");
    CandidateCost of;
    of.counts = {4};
    EXPECT_EQ(reason(limits, of), "width = 4 is below the limit 8");
    of.counts = {16};
    EXPECT_EQ(reason(limits, of), "width = 16 is above the limit 12");
    of.counts = {8};
    EXPECT_EQ(reason(limits, of), "");
}

TEST(CandidateLimits, BoundsThatLeaveNothingAreAMistake) {
    EXPECT_THROW(limited_quantities({.min_latency_ms = 9, .max_latency_ms = 1}, test::WidthSpace()), ConfigError);
    EXPECT_THROW(limited_quantities(limits_from("{counts: {min_width: 9, max_width: 8}}"), test::WidthSpace()),
                 ConfigError);
    EXPECT_NO_THROW(limited_quantities({.min_params = 9, .max_params = 9, .min_macs = 5}, test::WidthSpace()));
}

TEST(CandidateLimits, CountsThatTheSpaceHasNotAreMistakes) {
    const auto message = [](const std::string& yaml) -> std::string {
        try {
            limited_quantities(limits_from(yaml), test::WidthSpace());
        } catch (const ConfigError& error) {
            return error.what();
        }
        return "";
    };
    EXPECT_EQ(message("{counts: {max_widht: 8}}"),
              "run.yaml:1: objective.limits.counts: unknown key 'max_widht'; did you mean 'max_width'?");
    EXPECT_EQ(message("{counts: {max_width: wide}}").substr(0, 64),
              "run.yaml:1: objective.limits.counts.max_width: expected a number");
}

TEST(CandidateCost, CountsParametersMemoryAndTheLongestPath) {
    // Convolution [8, 8, 3] -> [8, 8, 4] with bias, 3x3: 4 * 27 + 4; classifier 4 -> 2: 10. Two layers one after the
    // other.
    const test::WidthSpace space;
    const CandidateCost of = candidate_cost(space.decode({0}));
    EXPECT_EQ(of.params, 4 * 27 + 4 + 10);
    EXPECT_EQ(of.macs, 64 * 4 * 27 + 8);
    EXPECT_EQ(of.layers, 2);
    EXPECT_EQ(of.memory_bytes, 4 * (8 * 8 * 3 + 8 * 8 * 4));  // image and feature map at the convolution
    EXPECT_TRUE(std::isnan(of.latency_ms));
}

}  // namespace
}  // namespace hpnas

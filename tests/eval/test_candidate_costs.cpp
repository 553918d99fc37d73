#include <gtest/gtest.h>

#include <cmath>

#include "eval/tiny.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/eval/candidate_costs.hpp"

namespace hpnas {
namespace {

template <class Check>
std::string message_of(Check check) {
    try {
        check();
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

TEST(CandidateCosts, MetricsStandInTheOrderOfTheLimitedValues) {
    CandidateCost cost{.params = 1, .macs = 2, .memory_bytes = 3, .layers = 4, .latency_ms = 5, .energy_mj = 6};
    const std::vector<double> values = limited_values(cost);
    ASSERT_EQ(values.size(), cost_metrics().size());
    const std::vector<std::string> names{"params", "macs", "memory_bytes", "layers", "latency_ms", "energy_mj"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        EXPECT_EQ(cost_metrics()[i].name, names[i]);
        EXPECT_EQ(values[i], static_cast<double>(i) + 1);
    }
    EXPECT_EQ(cost_metric_of("memory"), "memory_bytes");
    EXPECT_EQ(cost_metric_of("energy"), "energy_mj");
    EXPECT_EQ(cost_metric_of("params"), "params");
}

TEST(CandidateCosts, EnergyIsAskedForOnlyWhereTheOthersKeepTheLimits) {
    const test::WidthSpace space;
    test::WidthEnergy energy;
    const EvaluatorContext context{.space = &space, .energy = &energy};
    const Network network = space.decode({1});
    const auto costs_within = [&](double max_params) {
        const auto limits = limited_quantities({.max_params = max_params}, space);
        return candidate_costs(network, {1}, context, limits);
    };
    EXPECT_TRUE(std::isnan(costs_within(1).energy_mj));
    EXPECT_EQ(energy.asked, 0);
    EXPECT_EQ(costs_within(0).energy_mj, 16);  // 2 mJ per channel of 8
    EXPECT_EQ(energy.asked, 1);
}

TEST(CandidateCosts, ABrokenLimitOrAnUnknownEnergyRefuses) {
    const test::WidthSpace space;
    test::WidthEnergy energy;
    const EvaluatorContext context{.space = &space, .energy = &energy};
    const auto limits = limited_quantities({.max_energy_mj = 15}, space);
    const auto refused = [&](std::int16_t width) {
        return refusal(candidate_costs(space.decode({width}), {width}, context, limits), context, limits);
    };
    EXPECT_EQ(refused(0), std::nullopt);
    EXPECT_EQ(refused(1), "energy = 16 mJ is above the limit 15");
    EXPECT_EQ(refused(2), "energy: width: this network's is not known");
}

TEST(CandidateCosts, ACostThatNoModelTellsIsNamedWithTheWayOut) {
    const EvaluatorContext none;
    EXPECT_EQ(message_of([&] { check_cost_model("params", none, "x"); }), "");
    EXPECT_NE(message_of([&] { check_cost_model("latency_ms", none, "x"); }).find("add the key 'latency'"),
              std::string::npos);
    EXPECT_NE(message_of([&] { check_cost_model("energy_mj", none, "x"); }).find("{name: rapl}"), std::string::npos);
    EXPECT_EQ(message_of([&] { check_cost_models({.max_params = 1}, none, "x"); }), "");
    EXPECT_NE(message_of([&] { check_cost_models({.max_energy_mj = 1}, none, "x"); }).find("x: limits: energy"),
              std::string::npos);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/builtin.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

class LatencyContract : public testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<LatencyModel> make(const std::string& extra, LatencyContext context) {
        Diagnostics diagnostics;
        const std::string timing = "timing: {warmup_ms: 0, samples: 3}";
        const ConfigNode node = parse_yaml("{name: " + GetParam() + ", " + timing + extra + "}", "test.yaml");
        auto model = latency_models().make(node, "latency", diagnostics, std::move(context));
        EXPECT_TRUE(diagnostics.empty());
        return model;
    }
    std::string measuring() const { return GetParam() == "table" ? ", missing: measure" : ""; }
    // One thread: two that wait for each other on a machine with other work are stopped for whole time slices.
    void SetUp() override { omp_set_num_threads(1); }
    void TearDown() override { omp_set_num_threads(threads_); }

    test::OwnDevice own_;

private:
    int threads_ = omp_get_max_threads();
};

TEST_P(LatencyContract, PredictsAPositiveTimeForAnyNetwork) {
    const auto model = make(measuring(), {.device = &own_.device});
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->name(), GetParam());
    for (const auto& widths : {std::vector<std::int64_t>{16}, {24, 16}, {16, 16, 16, 40}}) {
        const double ms = model->predict(test::chain(widths)).count();
        EXPECT_TRUE(std::isfinite(ms) && ms > 0) << ms;
    }
}

TEST_P(LatencyContract, AMuchLargerNetworkTakesLonger) {
    const auto model = make(measuring(), {.device = &own_.device});
    // 50 times the multiply-accumulates: far outside what a disturbed measurement could turn round
    EXPECT_GT(model->predict(test::chain({128, 128, 128, 128})).count(), model->predict(test::chain({8})).count());
}

TEST_P(LatencyContract, WithoutDeviceAndTableItIsAnErrorAndNeverZero) {
    EXPECT_THROW(
        {
            const auto model = make(measuring(), {});
            model->predict(test::chain({16}));
        },
        Error);
}

TEST_P(LatencyContract, EveryOptionIsDocumented) {
    Diagnostics diagnostics;
    const auto* entry = latency_models().find(GetParam(), {}, diagnostics);
    ASSERT_NE(entry, nullptr);
    EXPECT_FALSE(entry->doc.empty());
    for (const OptionDoc& option : document_options(entry->visit_defaults))
        EXPECT_FALSE(option.doc.empty()) << option.key;
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& entry : latency_models().entries()) result.push_back(entry.name);
    return result;
}

INSTANTIATE_TEST_SUITE_P(Builtin, LatencyContract, testing::ValuesIn(names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <filesystem>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/builtin.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"
#include "latency/surrogate_record.hpp"

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
    bool fitted() const { return GetParam() == "linear" || GetParam() == "mlp"; }
    std::string measuring() const {
        if (fitted()) return ", path: " + path_;
        return GetParam() == "table" ? ", missing: measure" : "";
    }
    static double predict(LatencyModel& model, const Encoding& x) {
        std::vector<std::int64_t> widths;
        for (const std::int16_t choice : x) widths.push_back(test::chain_widths[static_cast<std::size_t>(choice)]);
        return model.predict(test::chain(widths), x).count();
    }
    // One thread: two that wait for each other on a machine with other work are stopped for whole time slices.
    void SetUp() override {
        omp_set_num_threads(1);
        if (fitted()) save_surrogates(test::chain_record(), path_);
    }
    void TearDown() override {
        omp_set_num_threads(threads_);
        std::filesystem::remove(path_);
    }

    test::OwnDevice own_;
    std::string path_ = testing::TempDir() + "hpnas_contract_" + GetParam() + ".h5";

private:
    int threads_ = omp_get_max_threads();
};

TEST_P(LatencyContract, PredictsAPositiveTimeForAnyNetwork) {
    const auto model = make(measuring(), {.device = &own_.device});
    ASSERT_NE(model, nullptr);
    EXPECT_EQ(model->name(), GetParam());
    for (const auto& x : {Encoding{1, 0, 0}, Encoding{0, 1, 2}, Encoding{2, 2, 2}}) {
        const double ms = predict(*model, x);
        EXPECT_TRUE(std::isfinite(ms) && ms > 0) << ms;
    }
}

TEST_P(LatencyContract, AMuchLargerNetworkTakesLonger) {
    const auto model = make(measuring(), {.device = &own_.device});
    // 50 times the multiply-accumulates: far outside what a disturbed measurement could turn round
    EXPECT_GT(predict(*model, {2, 2, 2}), predict(*model, {0, 0, 0}));
}

TEST_P(LatencyContract, WithoutDeviceAndFileItIsAnErrorAndNeverZero) {
    std::filesystem::remove(path_);
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

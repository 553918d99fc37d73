#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/report.hpp"
#include "latency/device.hpp"
#include "latency/networks.hpp"

namespace hpnas {
namespace {

Timing timing(double ms) {
    return {.median_ms = ms, .min_ms = ms, .p90_ms = ms, .mean_ms = ms, .std_ms = 0, .count = 5};
}

/// Sums of chain({16}), ({24}), ({32}): 1, 2 and 4 ms.
LatencyTable hand_table() {
    LatencyTable table;
    const std::vector<std::int64_t> widths{16, 24, 32};
    for (std::size_t i = 0; i < widths.size(); ++i) {
        table.set({"conv k=3 out=" + std::to_string(widths[i]), {8, 8, 3}}, timing(0.5 * static_cast<double>(1 << i)));
        table.set({"head classes=10", {8, 8, widths[i]}}, timing(0.5 * static_cast<double>(1 << i)));
    }
    return table;
}
std::vector<Network> hand_networks() { return {test::chain({16}), test::chain({24}), test::chain({32})}; }

TEST(LatencyReport, ErrorsOfAHandExample) {
    TableModel model(hand_table(), {}, {});
    const std::vector<double> measured{1.25, 1.6, 4};  // errors -0.25, +0.4, 0: -20 %, +25 %, 0
    const std::vector<std::string> names{"a", "b", "c"};
    const LatencyReport r = make_report(model, hand_networks(), names, measured);
    EXPECT_NEAR(r.mape_percent, 15, 1e-12);
    EXPECT_NEAR(r.max_percent, 25, 1e-12);
    EXPECT_NEAR(r.bias_ms, 0.05, 1e-12);
    EXPECT_DOUBLE_EQ(r.spearman, 1);
    EXPECT_DOUBLE_EQ(r.kendall, 1);
    EXPECT_NEAR(r.raw_mape_percent, 15, 1e-12);
    EXPECT_EQ(r.rows[1].name, "b");
    EXPECT_DOUBLE_EQ(r.rows[2].sum_ms, 4);
}

TEST(LatencyReport, TheTextHasOneLinePerNetworkAndASummary) {
    TableModel model(hand_table(), {}, {});
    const LatencyReport r = make_report(model, hand_networks(), {}, std::vector<double>{1.25, 1.6, 4});
    const std::string with_rows = format_report(r, true), without = format_report(r, false);
    EXPECT_NE(with_rows.find("#1"), std::string::npos);
    EXPECT_NE(with_rows.find("+25.00"), std::string::npos);
    EXPECT_EQ(without.find("#1"), std::string::npos);
    EXPECT_NE(without.find("Spearman 1.0000"), std::string::npos);
    EXPECT_NE(without.find("MAPE 15.00 %"), std::string::npos);
}

TEST(LatencyReport, JudgesOnNetworksThatTheFitHasNotSeen) {
    test::OwnDevice own;
    TableModel model(LatencyTable{}, {.missing = "measure", .timing = {.warmup_ms = 0, .samples = 3}},
                     {.device = &own.device});
    std::vector<Network> networks = hand_networks();
    networks.push_back(test::chain({16, 16}));
    networks.push_back(test::chain({32, 32, 32}));
    const std::span<const Network> all(networks);
    model.calibrate(all.first(2), "linear");
    const LatencyReport r = make_report(model, all.subspan(2), {}, model.measure_whole(all.subspan(2)));
    EXPECT_EQ(r.rows.size(), 3U);
    EXPECT_EQ(r.calibration.count, 2);
    EXPECT_EQ(model.table().size(), 8U);  // first blocks and heads of three widths, and two blocks behind a first
    for (const LatencyReport::Row& row : r.rows) EXPECT_GT(row.predicted_ms, 0);
}

TEST(LatencyReport, NeedsOneTimePerNetwork) {
    TableModel model(hand_table(), {}, {});
    EXPECT_THROW(make_report(model, hand_networks(), {}, std::vector<double>{1}), InternalError);
}

}  // namespace
}  // namespace hpnas

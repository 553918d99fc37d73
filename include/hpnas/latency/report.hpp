#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "hpnas/latency/network_timing.hpp"
#include "hpnas/latency/table_model.hpp"

namespace hpnas {

/// How well a table predicts whole networks.
struct LatencyReport {
    struct Row {
        std::string name;
        double sum_ms = 0, predicted_ms = 0, measured_ms = 0;
    };
    std::vector<Row> rows;
    Calibration calibration;
    double spearman = 0, kendall = 0;
    double mape_percent = 0;      ///< mean of |predicted - measured| / measured
    double max_percent = 0;       ///< largest of these
    double bias_ms = 0;           ///< mean of predicted - measured
    double raw_mape_percent = 0;  ///< of the sums without calibration
};

/// Measures the networks whole, in several passes through the list so that a slow drift of the machine's clock hits all
/// alike, and returns the median time of each.
std::vector<double> measure_networks(std::span<const Network> networks, const Device& device,
                                     const NetworkTimingOptions& options);

/// Predicted against measured times; for a verdict, of networks that the calibration was not fitted on.
/// @param names  one per network, may be empty
LatencyReport make_report(TableModel& model, std::span<const Network> networks, std::span<const std::string> names,
                          std::span<const double> measured_ms);

/// Summary and, if `rows`, one line per network; plain text.
std::string format_report(const LatencyReport& report, bool rows);

}  // namespace hpnas

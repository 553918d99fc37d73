#include "hpnas/latency/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {

std::vector<double> measure_networks(std::span<const Network> networks, const Device& device,
                                     const NetworkTimingOptions& options) {
    constexpr std::size_t passes = 3;
    std::vector<std::vector<double>> times(networks.size());
    for (std::size_t pass = 0; pass < passes; ++pass)
        for (std::size_t i = 0; i < networks.size(); ++i)
            times[i].push_back(time_network(networks[i], device, options).median_ms);
    std::vector<double> medians;
    for (const std::vector<double>& t : times) medians.push_back(median(t));
    return medians;
}

LatencyReport make_report(TableModel& model, std::span<const Network> networks, std::span<const std::string> names,
                          std::span<const double> measured_ms) {
    if (networks.size() != measured_ms.size())
        throw InternalError("make_report: expected one measured time per network");
    LatencyReport report;
    report.calibration = model.table().calibration.value_or(Calibration{});
    std::vector<double> predicted;
    double raw_error = 0;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        const double sum = model.sum_ms(networks[i]), measured = measured_ms[i];
        predicted.push_back(report.calibration(sum));
        report.rows.push_back({i < names.size() ? names[i] : fmt::format("#{}", i), sum, predicted.back(), measured});
        const double percent = 100 * std::abs(predicted.back() - measured) / measured;
        report.mape_percent += percent;
        report.max_percent = std::max(report.max_percent, percent);
        report.bias_ms += predicted.back() - measured;
        raw_error += 100 * std::abs(sum - measured) / measured;
    }
    const double n = std::max(1.0, static_cast<double>(networks.size()));
    report.mape_percent /= n;
    report.bias_ms /= n;
    report.raw_mape_percent = raw_error / n;
    report.spearman = spearman(predicted, measured_ms);
    report.kendall = kendall(predicted, measured_ms);
    return report;
}

std::string format_report(const LatencyReport& report, bool rows) {
    std::string text;
    if (rows) {
        text += fmt::format("{:<24} {:>10} {:>12} {:>12} {:>9}\n", "network", "sum ms", "predicted ms", "measured ms",
                            "error %");
        for (const LatencyReport::Row& row : report.rows)
            text +=
                fmt::format("{:<24} {:>10.4f} {:>12.4f} {:>12.4f} {:>+9.2f}\n", row.name, row.sum_ms, row.predicted_ms,
                            row.measured_ms, 100 * (row.predicted_ms - row.measured_ms) / row.measured_ms);
    }
    text += fmt::format("calibration: {} ({} networks): {:.4f} ms + {:.4f} * sum\n", report.calibration.kind,
                        report.calibration.count, report.calibration.offset_ms, report.calibration.slope);
    text += fmt::format(
        "predicted against measured, {} networks not used for the fit: Spearman {:.4f}, Kendall {:.4f}, "
        "MAPE {:.2f} % (largest {:.2f} %, without calibration {:.2f} %), bias {:+.4f} ms\n",
        report.rows.size(), report.spearman, report.kendall, report.mape_percent, report.max_percent,
        report.raw_mape_percent, report.bias_ms);
    return text;
}

}  // namespace hpnas

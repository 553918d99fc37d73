#include "hpnas/eval/limits.hpp"

#include <fmt/format.h>

#include <string_view>

namespace hpnas {
namespace {

struct Bound {
    std::string_view name, unit;
    double value, low, high;
};

std::optional<std::string> broken(const Bound& b) {
    if (b.value < b.low)
        return fmt::format("{} = {:.10g}{} is below the limit {:.10g}", b.name, b.value, b.unit, b.low);
    if (b.high > 0 && b.value > b.high)
        return fmt::format("{} = {:.10g}{} is above the limit {:.10g}", b.name, b.value, b.unit, b.high);
    return std::nullopt;
}

}  // namespace

std::optional<std::string> broken_limit(const CandidateLimits& limits, double params, double macs, double latency_ms) {
    for (const Bound& b : {Bound{"params", "", params, limits.min_params, limits.max_params},
                           Bound{"macs", "", macs, limits.min_macs, limits.max_macs},
                           Bound{"latency", " ms", latency_ms, limits.min_latency_ms, limits.max_latency_ms}})
        if (auto reason = broken(b)) return reason;
    return std::nullopt;
}

}  // namespace hpnas

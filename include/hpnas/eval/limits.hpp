#pragma once
#include <optional>
#include <string>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// Bounds that a candidate must keep to be worth evaluating. 0 as an upper bound: none.
struct CandidateLimits {
    double min_params = 0, max_params = 0;
    double min_macs = 0, max_macs = 0;
    double min_latency_ms = 0, max_latency_ms = 0;
    void visit(OptionVisitor& v) {
        v.number({"min_params", "fewest trainable parameters (count)", 0}, min_params);
        v.number({"max_params", "most trainable parameters (count); 0: no bound", 0}, max_params);
        v.number({"min_macs", "fewest multiply-accumulates per image (count)", 0}, min_macs);
        v.number({"max_macs", "most multiply-accumulates per image (count); 0: no bound", 0}, max_macs);
        v.number({"min_latency_ms", "shortest predicted latency (ms)", 0}, min_latency_ms);
        v.number({"max_latency_ms", "longest predicted latency (ms); 0: no bound", 0}, max_latency_ms);
    }
};

/// One sentence naming the first bound that is broken; nothing if all are kept. A NaN breaks no bound.
std::optional<std::string> broken_limit(const CandidateLimits& limits, double params, double macs, double latency_ms);

}  // namespace hpnas

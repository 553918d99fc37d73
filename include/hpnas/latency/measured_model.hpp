#pragma once
#include <cstdint>
#include <unordered_map>

#include "hpnas/latency/latency_model.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/latency/table_model.hpp"

namespace hpnas {

struct MeasuredModelOptions {
    std::int64_t batch = 1;
    TimingOptions timing{};
    void visit(OptionVisitor& v) {
        v.integer({"batch", "images per forward pass", 1, 65536}, batch);
        v.group({"timing", "repetitions of one measurement"}, timing);
    }
};

/// Times the whole network on this device each time a new one is asked for; equal networks are timed once.
class MeasuredModel final : public LatencyModel {
public:
    /// @throws ConfigError if the context has no device
    MeasuredModel(MeasuredModelOptions options, LatencyContext context);
    std::string_view name() const noexcept override { return "measured"; }
    /// All statistics of the network's measurement.
    const Timing& timing(const Network& network);

private:
    Milliseconds do_predict(const Network& network) override;
    MeasuredModelOptions options_;
    LatencyContext context_;
    std::unordered_map<std::uint64_t, Timing> known_;
};

}  // namespace hpnas

#include "hpnas/latency/measured_model.hpp"

#include <utility>

#include "hpnas/core/error.hpp"

namespace hpnas {

MeasuredModel::MeasuredModel(MeasuredModelOptions options, LatencyContext context)
    : options_(std::move(options)), context_(std::move(context)) {
    if (context_.device == nullptr) throw ConfigError("latency: measured: needs a device to measure on");
}

const Timing& MeasuredModel::timing(const Network& network) {
    const std::uint64_t hash = network.hash();
    if (const auto it = known_.find(hash); it != known_.end()) return it->second;
    const NetworkTimingOptions options{.timing = options_.timing, .batch = options_.batch, .cache = CacheState::hot};
    return known_.emplace(hash, time_network(network, *context_.device, options)).first->second;
}

Milliseconds MeasuredModel::do_predict(const Network& network) { return Milliseconds(timing(network).median_ms); }

}  // namespace hpnas

#include "hpnas/latency/latency_model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {

Milliseconds LatencyModel::checked(Milliseconds time) const {
    if (!(std::isfinite(time.count()) && time.count() > 0))
        throw InternalError(fmt::format("latency model '{}': expected a time > 0 ms, got {}", name(), time.count()));
    return time;
}

Milliseconds LatencyModel::predict(const Network& network) { return checked(do_predict(network)); }

Milliseconds LatencyModel::predict(const Network& network, std::span<const std::int16_t> encoding) {
    return checked(do_predict_encoded(network, encoding));
}

}  // namespace hpnas

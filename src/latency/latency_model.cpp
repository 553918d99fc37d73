#include "hpnas/latency/latency_model.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {

Milliseconds LatencyModel::predict(const Network& network) {
    const Milliseconds time = do_predict(network);
    if (!(std::isfinite(time.count()) && time.count() > 0))
        throw InternalError(fmt::format("latency model '{}': expected a time > 0 ms, got {}", name(), time.count()));
    return time;
}

}  // namespace hpnas

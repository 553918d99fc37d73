#include "hpnas/search/objective.hpp"

#include <cmath>

namespace hpnas {

double LatencyPenalty::operator()(double loss, double latency_ms) const noexcept {
    // Without a penalty an unknown (NaN) latency must not spoil the loss.
    return alpha == 0.0 ? loss : loss + alpha * std::pow(latency_ms, beta);
}

}  // namespace hpnas

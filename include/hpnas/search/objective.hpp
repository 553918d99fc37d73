#pragma once

namespace hpnas {

/// The scalar objective of a hardware-aware search: loss + alpha * latency^beta, minimised (GPUNet's agent; additive).
/// alpha = 0 searches for accuracy alone.
struct LatencyPenalty {
    double alpha = 0.0;  ///< >= 0; unit of the loss per ms^beta
    double beta = 1.0;   ///< > 0; dimensionless

    /// @param loss  e.g. validation cross-entropy in nat   @param latency_ms  >= 0
    double operator()(double loss, double latency_ms) const noexcept;
};

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace hpnas {

/// Exponential moving average of all values of a network, running statistics included:
/// average += (1 - d) * (value - average) with d = min(decay, (1 + t) / (10 + t)) at the t-th update, t = 1, 2, ...
/// The ramp lets a short training forget its initial weights. Source: Polyak, Juditsky, SIAM J. Control Optim. 30
/// (1992) 838; the ramp is that of TensorFlow's ExponentialMovingAverage(num_updates).
class WeightAverage {
public:
    /// Begins with the values themselves. @param decay  in (0, 1)
    void start(std::span<const float> values, double decay);
    /// @param values  of the length that start() saw
    void update(std::span<const float> values);
    std::span<const float> values() const noexcept { return average_; }
    std::int64_t updates() const noexcept { return updates_; }
    /// Goes on from values() and updates() of an earlier average.
    void restore(std::span<const float> average, double decay, std::int64_t updates);

private:
    std::vector<float> average_;
    double decay_ = 0;
    std::int64_t updates_ = 0;
};

}  // namespace hpnas

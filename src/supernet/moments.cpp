#include "hpnas/supernet/moments.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "hpnas/core/error.hpp"

namespace hpnas {

void RunningMoments::add(std::span<const double> values) {
    if (count_ == 0) {
        mean_.assign(values.size(), 0.0);
        squares_.assign(values.size(), 0.0);
    }
    if (values.size() != mean_.size())
        throw InternalError(fmt::format("moments: expected {} numbers, got {}", mean_.size(), values.size()));
    ++count_;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double before = values[i] - mean_[i];
        mean_[i] += before / static_cast<double>(count_);
        squares_[i] += before * (values[i] - mean_[i]);
    }
}

std::vector<double> RunningMoments::variance() const {
    std::vector<double> result(mean_.size(), 0.0);
    if (count_ < 2) return result;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = squares_[i] / static_cast<double>(count_ - 1);
    return result;
}

double RunningMoments::total_variance() const {
    const std::vector<double> parts = variance();
    return std::accumulate(parts.begin(), parts.end(), 0.0);
}

Bias bias(const RunningMoments& moments, std::span<const double> exact) {
    double square = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
        const double off = moments.mean()[i] - exact[i];
        square += off * off;
    }
    return {std::sqrt(square), std::sqrt(moments.total_variance() / static_cast<double>(moments.count()))};
}

RunningMoments measure_moments(GradientEstimator& estimator, std::span<RelaxedObjective* const> terms,
                               std::span<const double> logits, std::size_t count, std::uint64_t seed,
                               std::size_t warm_up) {
    RunningMoments moments;
    for (std::size_t step = 0; step < warm_up + count; ++step) {
        const Estimate estimate = estimator.estimate(logits, terms, {.seed = seed, .step = step});
        estimator.observe(estimate.statistics);
        if (step >= warm_up) moments.add(estimate.gradient);
    }
    return moments;
}

}  // namespace hpnas

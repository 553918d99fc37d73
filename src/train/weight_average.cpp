#include "hpnas/train/weight_average.hpp"

#include <algorithm>

namespace hpnas {

void WeightAverage::start(std::span<const float> values, double decay) {
    average_.assign(values.begin(), values.end());
    decay_ = decay;
    updates_ = 0;
}

void WeightAverage::restore(std::span<const float> average, double decay, std::int64_t updates) {
    start(average, decay);
    updates_ = updates;
}

void WeightAverage::update(std::span<const float> values) {
    const auto t = static_cast<double>(++updates_);
    const auto share = static_cast<float>(1.0 - std::min(decay_, (1.0 + t) / (10.0 + t)));
#pragma omp parallel for simd schedule(static)
    for (std::size_t i = 0; i < average_.size(); ++i) average_[i] += share * (values[i] - average_[i]);
}

}  // namespace hpnas

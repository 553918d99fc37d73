#include "hpnas/data/spectrogram_set.hpp"

#include <cmath>

#include "hpnas/core/hash.hpp"

namespace hpnas {

std::uint64_t SpectrogramSet::hash() const {
    std::uint64_t result = hash64(std::as_bytes(std::span(features)));
    for (const auto* column : {&begins, &targets, &target_begins})
        result = hash64(std::as_bytes(std::span(*column)), result);
    return result;
}

Normalization measure_normalization(const SpectrogramSubset& recordings) {
    const auto mels = static_cast<std::size_t>(recordings.set->mels);
    std::vector<double> sum(mels), squares(mels);
    double n = 0;
    for (const std::int64_t i : recordings.indices) {
        const std::span<const float> features = recordings.set->recording(i);
        n += static_cast<double>(features.size() / mels);
        for (std::size_t k = 0; k < features.size(); ++k) {
            const auto value = static_cast<double>(features[k]);
            sum[k % mels] += value;
            squares[k % mels] += value * value;
        }
    }
    Normalization result;
    for (std::size_t m = 0; m < mels; ++m) {
        const double mean = sum[m] / n, variance = squares[m] / n - mean * mean;
        result.mean.push_back(static_cast<float>(mean));
        // Features of at most 200 dB: below this it is rounding of the squares.
        result.deviation.push_back(variance > 1e-9 ? static_cast<float>(std::sqrt(variance)) : 1.0F);
    }
    return result;
}

}  // namespace hpnas

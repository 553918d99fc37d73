#include "hpnas/data/normalization.hpp"

#include <cmath>

namespace hpnas {
namespace {

/// Sums over all pixels of one channel; integers, so exact in any order.
struct Sums {
    std::uint64_t first = 0, second = 0;
};

Sums channel_sums(const ImageSubset& images, std::int64_t channel) {
    const Shape& shape = images.images->shape;
    std::uint64_t first = 0, second = 0;
#pragma omp parallel for reduction(+ : first, second) schedule(static)
    for (std::int64_t i = 0; i < images.size(); ++i) {
        const std::uint8_t* image = images.image(i);
        for (std::int64_t p = channel; p < shape.count(); p += shape.channels()) {
            const std::uint64_t value = image[p];
            first += value;
            second += value * value;
        }
    }
    return {first, second};
}

}  // namespace

Normalization measure_normalization(const ImageSubset& images) {
    const Shape& shape = images.images->shape;
    const double n = static_cast<double>(images.size() * (shape.count() / shape.channels()));
    Normalization result;
    for (std::int64_t c = 0; c < shape.channels(); ++c) {
        const Sums sums = channel_sums(images, c);
        const double mean = static_cast<double>(sums.first) / n;
        const double variance = static_cast<double>(sums.second) / n - mean * mean;
        result.mean.push_back(static_cast<float>(mean));
        // Bytes that differ at all have a variance above 1e-12 unless there are 1e12 pixels: below it is rounding.
        result.deviation.push_back(variance > 1e-12 ? static_cast<float>(std::sqrt(variance)) : 1.0F);
    }
    return result;
}

}  // namespace hpnas

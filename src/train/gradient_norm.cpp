#include "hpnas/train/gradient_norm.hpp"

#include <array>
#include <cmath>
#include <vector>

namespace hpnas {
namespace {

/// Eight partial sums, so that the loop vectorises without reordering what is written here.
double sum_of_squares(const float* values, std::size_t n) {
    std::array<double, 8> lanes{};
    std::size_t i = 0;
    for (; i + lanes.size() <= n; i += lanes.size())
        for (std::size_t k = 0; k < lanes.size(); ++k) {
            const double value = values[i + k];
            lanes[k] += value * value;
        }
    for (; i < n; ++i) lanes[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
    double sum = 0;
    for (const double lane : lanes) sum += lane;
    return sum;
}

}  // namespace

double gradient_norm(std::span<const Chunk> chunks, std::span<const float> gradients) {
    std::vector<double> parts(chunks.size());
#pragma omp parallel for schedule(dynamic, 4)
    for (std::size_t i = 0; i < chunks.size(); ++i)
        parts[i] = sum_of_squares(gradients.data() + chunks[i].begin, chunks[i].end - chunks[i].begin);
    double sum = 0;
    for (const double part : parts) sum += part;
    return std::sqrt(sum);
}

double clip_factor(double norm, double limit) noexcept { return limit > 0.0 && norm > limit ? limit / norm : 1.0; }

}  // namespace hpnas

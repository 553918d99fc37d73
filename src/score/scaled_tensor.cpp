#include "hpnas/score/scaled_tensor.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <numbers>

namespace hpnas {
namespace {

/// 2^exponent; 0 or infinity outside of the range of float.
float power_of_two(int exponent) { return std::ldexp(1.0F, exponent); }

/// Of numbers that are not negative: their bits are ordered as they are, and integers compare in vectors.
float largest(std::span<const float> values) {
    std::int32_t most = 0;
    for (const float value : values) most = std::max(most, std::bit_cast<std::int32_t>(value));
    return std::bit_cast<float>(most);
}

void multiply(std::span<float> values, float factor) {
    for (float& value : values) value *= factor;
}

}  // namespace

void ScaledTensor::normalize() {
    const float most = largest(data);
    if (!(most > 0) || !std::isfinite(most)) return;
    int shift = 0;
    std::frexp(most, &shift);
    if (shift == 0) return;
    if (std::abs(shift) <= 120) {
        multiply(data, power_of_two(-shift));
    } else {  // in two steps: 2^-shift of the smallest numbers is not a float
        multiply(data, power_of_two(-(shift / 2)));
        multiply(data, power_of_two(-(shift - shift / 2)));
    }
    exponent += shift;
}

void ScaledTensor::add(const ScaledTensor& other) {
    const int target = std::max(exponent, other.exponent);
    const float own = power_of_two(exponent - target), theirs = power_of_two(other.exponent - target);
    for (std::size_t i = 0; i < data.size(); ++i) data[i] = data[i] * own + other.data[i] * theirs;
    exponent = target;
}

double log_product(const ScaledTensor& a, const ScaledTensor& b) {
    double sum = 0;
#pragma omp simd reduction(+ : sum)
    for (std::size_t i = 0; i < a.data.size(); ++i)
        sum += static_cast<double>(a.data[i]) * static_cast<double>(b.data[i]);
    return std::log(sum) + (a.exponent + b.exponent) * std::numbers::ln2;
}

FloatBuffer scaled_down(std::span<const float> values, int exponent) {
    FloatBuffer result(values.begin(), values.end());
    if (exponent != 0) multiply(result, power_of_two(-exponent));
    return result;
}

}  // namespace hpnas

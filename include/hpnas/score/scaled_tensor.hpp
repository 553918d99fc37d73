#pragma once
#include <span>

#include "hpnas/train/huge_page_allocator.hpp"

namespace hpnas {

/// Numbers data * 2^exponent, none negative. A regular value.
struct ScaledTensor {
    FloatBuffer data;
    int exponent = 0;

    ScaledTensor() = default;
    explicit ScaledTensor(std::size_t count, float value = 0) : data(count, value) {}
    /// Moves a power of two into the exponent so that the largest number is in [0.5, 1); exact but for numbers that are
    /// 2^126 times smaller than the largest. Zeros stay.
    void normalize();
    /// Adds `other`, which has as many numbers, at the larger of both exponents.
    void add(const ScaledTensor& other);
};

/// ln of the scalar product; -inf if it is 0.
double log_product(const ScaledTensor& a, const ScaledTensor& b);

/// x * 2^-exponent for each x.
FloatBuffer scaled_down(std::span<const float> values, int exponent);

}  // namespace hpnas

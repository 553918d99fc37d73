#pragma once
#include <bit>
#include <cstdint>

/// Building blocks of the hot loops. Loops live in leaf functions with [[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3",
/// "default")]], of which the loader picks the one that fits the machine; they must not contain OpenMP regions, whose bodies would be
/// compiled for the default target.
namespace hpnas::kernel {

/// e^x to within 2 ulp for x in [-87, 88], clamped to e^-87 and e^88 outside; vectorises, unlike std::exp.
/// e^x = 2^n * e^r with n = round(x / ln 2) and a polynomial in r, |r| <= ln(2) / 2.
[[gnu::always_inline]] inline float fast_exp(float x) noexcept {
    x = x < -87.0F ? -87.0F : x;
    x = x > 88.0F ? 88.0F : x;
    const float shifted = x * 1.44269504F + 12582912.0F;  // 1.5 * 2^23: the sum's low mantissa bits are n
    const float n = shifted - 12582912.0F;
    const float r = (x - n * 0.693145752F) - n * 1.42860677e-6F;  // ln 2 in two parts
    float p = 1.3888889e-3F;
    p = p * r + 8.3333333e-3F;
    p = p * r + 4.1666667e-2F;
    p = p * r + 1.6666667e-1F;
    p = p * r + 0.5F;
    p = p * r + 1.0F;
    p = p * r + 1.0F;
    const auto exponent = (std::bit_cast<std::int32_t>(shifted) - 0x4B400000 + 127) << 23;
    return p * std::bit_cast<float>(exponent);
}

[[gnu::always_inline]] inline float fast_sigmoid(float x) noexcept { return 1.0F / (1.0F + fast_exp(-x)); }

}  // namespace hpnas::kernel

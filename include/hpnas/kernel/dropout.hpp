#pragma once
#include <cstdint>
#include <hpnas/core/rng.hpp>

namespace hpnas::kernel {

/// Which elements survive is a pure function of this key and the element's index, so nothing is stored: backward calls
/// the same function with the same key on the gradient.
struct DropoutKey {
    std::uint32_t low = 0, high = 0;
    DropoutKey() = default;
    /// `rng` is typically Rng(seed, Purpose::dropout, id) with an id per step and layer.
    explicit DropoutKey(Rng rng) noexcept : low(rng()), high(rng()) {}
};

/// dst[i] = src[i] / (1 - probability) with probability 1 - probability, else 0; i < count. dst may be src.
/// Forward and backward alike. @param probability in [0, 1)
void dropout(DropoutKey key, float probability, const float* src, float* dst, std::int64_t count);

/// Drop path (stochastic depth): factor[s] = 0 or 1 / (1 - probability) for samples first .. first + n - 1; a pure
/// function of the key and the sample's number. Source: Huang et al., ECCV 2016.
void drop_path_factors(DropoutKey key, float probability, std::int64_t first, std::int64_t n, float* factors);

/// dst[s, i] = factors[s] * src[s, i] + residual[s, i] (residual may be null: 0); src, dst [n, per_sample].
/// dst may be src or residual. Backward towards src: the same with diff_dst and no residual.
struct SampleScale {
    const float* src = nullptr;
    const float* factors = nullptr;
    const float* residual = nullptr;
    float* dst = nullptr;
};
void scale_samples(const SampleScale& args, std::int64_t n, std::int64_t per_sample);

}  // namespace hpnas::kernel

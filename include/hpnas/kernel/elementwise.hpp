#pragma once
#include <cstdint>

namespace hpnas::kernel {

/// dst[i] = a[i] + b[i], i < count. dst may be a or b. Also the backward of a tensor used twice.
void add(const float* a, const float* b, float* dst, std::int64_t count);

/// dst[i] = a[i] * b[i]. dst may be a or b.
void multiply(const float* a, const float* b, float* dst, std::int64_t count);

/// dst[i] = factor * src[i]. dst may be src.
void scale(float factor, const float* src, float* dst, std::int64_t count);

/// dst[i] = value.
void fill(float value, float* dst, std::int64_t count);

}  // namespace hpnas::kernel

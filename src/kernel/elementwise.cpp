#include "hpnas/kernel/elementwise.hpp"

#include "loops.hpp"
#include "parallel.hpp"

namespace hpnas::kernel {

void add(const float* a, const float* b, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        loops().add(a + begin, b + begin, dst + begin, end - begin);
    });
}

void multiply(const float* a, const float* b, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i) dst[i] = a[i] * b[i];
    });
}

void scale(float factor, const float* src, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) {
        loops().scale(factor, src + begin, nullptr, dst + begin, end - begin);
    });
}

void fill(float value, float* dst, std::int64_t count) {
    for_elements(count, [=](std::int64_t begin, std::int64_t end) { std::fill(dst + begin, dst + end, value); });
}

}  // namespace hpnas::kernel

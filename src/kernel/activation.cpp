#include "hpnas/kernel/activation.hpp"

#include <cmath>

#include "parallel.hpp"
#include "simd.hpp"

namespace hpnas::kernel {
namespace {

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void relu_forward(const float* src, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] = src[i] < 0.0F ? 0.0F : src[i];  // NaN stays NaN
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void swish_forward(const float* src, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] = src[i] * fast_sigmoid(src[i]);
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void sigmoid_forward(const float* src, float* dst, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) dst[i] = fast_sigmoid(src[i]);
}
void gelu_forward(const float* src, float* dst, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) dst[i] = 0.5F * src[i] * (1.0F + std::erf(src[i] * 0.70710678F));
}

[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void relu_backward(const float* src, const float* diff_dst, float* diff_src, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) diff_src[i] = src[i] <= 0.0F ? 0.0F : diff_dst[i];
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void swish_backward(const float* src, const float* diff_dst, float* diff_src, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float s = fast_sigmoid(src[i]);
        diff_src[i] = diff_dst[i] * (s + src[i] * s * (1.0F - s));
    }
}
[[gnu::target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")]]
void sigmoid_backward(const float* src, const float* diff_dst, float* diff_src, std::int64_t n) {
#pragma omp simd
    for (std::int64_t i = 0; i < n; ++i) {
        const float s = fast_sigmoid(src[i]);
        diff_src[i] = diff_dst[i] * s * (1.0F - s);
    }
}
void gelu_backward(const float* src, const float* diff_dst, float* diff_src, std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
        const float density = 0.39894228F * std::exp(-0.5F * src[i] * src[i]);
        diff_src[i] = diff_dst[i] * (0.5F * (1.0F + std::erf(src[i] * 0.70710678F)) + src[i] * density);
    }
}

}  // namespace

void activation_forward(Activation kind, const float* src, float* dst, std::int64_t count) {
    for_blocks(count, elements_per_block, [=](std::int64_t begin, std::int64_t end) {
        const std::int64_t n = end - begin;
        switch (kind) {
            case Activation::none: std::copy_n(src + begin, n, dst + begin); break;
            case Activation::relu: relu_forward(src + begin, dst + begin, n); break;
            case Activation::swish: swish_forward(src + begin, dst + begin, n); break;
            case Activation::sigmoid: sigmoid_forward(src + begin, dst + begin, n); break;
            case Activation::gelu: gelu_forward(src + begin, dst + begin, n); break;
        }
    });
}

void activation_backward(Activation kind, const float* src, const float* diff_dst, float* diff_src, std::int64_t count) {
    for_blocks(count, elements_per_block, [=](std::int64_t begin, std::int64_t end) {
        const std::int64_t n = end - begin;
        switch (kind) {
            case Activation::none: std::copy_n(diff_dst + begin, n, diff_src + begin); break;
            case Activation::relu: relu_backward(src + begin, diff_dst + begin, diff_src + begin, n); break;
            case Activation::swish: swish_backward(src + begin, diff_dst + begin, diff_src + begin, n); break;
            case Activation::sigmoid: sigmoid_backward(src + begin, diff_dst + begin, diff_src + begin, n); break;
            case Activation::gelu: gelu_backward(src + begin, diff_dst + begin, diff_src + begin, n); break;
        }
    });
}

}  // namespace hpnas::kernel

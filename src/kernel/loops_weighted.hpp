#pragma once
#include "loops.hpp"
#include "simd.hpp"

/// Weighted sums of tensors, a few tensors at a time.
namespace hpnas::kernel::simd {

template <class Isa, int N>
void sum_terms(const WeightedTerms& terms, const float* residual, float* dst, std::int64_t n) {
    const WeightedTerms t = terms;  // stores cannot change a copy
    for_vectors<Isa>(
        n, [=](std::int64_t i, auto part) __attribute__((always_inline)) {
            Vector<Isa> sum = residual == nullptr ? Vector<Isa>{} : part.load(residual + i);
#pragma GCC unroll 4
            for (int k = 0; k < N; ++k) sum += part.load(t.src[k] + i) * t.weights[k];
            part.store(dst + i, sum);
        });
}

template <class Isa>
void weighted_sum(const WeightedTerms& terms, const float* residual, float* dst, std::int64_t n) {
    if (terms.n == 4) return sum_terms<Isa, 4>(terms, residual, dst, n);
    if (terms.n == 3) return sum_terms<Isa, 3>(terms, residual, dst, n);
    if (terms.n == 2) return sum_terms<Isa, 2>(terms, residual, dst, n);
    sum_terms<Isa, 1>(terms, residual, dst, n);
}

template <class Isa, int N>
void differentiate_terms(WeightedTerms& terms, const float* diff, std::int64_t n) {
    const WeightedTerms t = terms;
    Vector<Isa> products[N]{};
    for_vectors<Isa>(
        n, [&](std::int64_t i, auto part) __attribute__((always_inline)) {
            const Vector<Isa> d = part.load(diff + i);
#pragma GCC unroll 4
            for (int k = 0; k < N; ++k) {
                products[k] += part.load(t.src[k] + i) * d;
                part.store(t.diff_src[k] + i, d * t.weights[k]);
            }
        });
#pragma GCC unroll 4
    for (int k = 0; k < N; ++k) terms.products[k] = Isa::sum(products[k]);
}

template <class Isa>
void weighted_sum_backward(WeightedTerms& terms, const float* diff, std::int64_t n) {
    if (terms.n == 4) return differentiate_terms<Isa, 4>(terms, diff, n);
    if (terms.n == 3) return differentiate_terms<Isa, 3>(terms, diff, n);
    if (terms.n == 2) return differentiate_terms<Isa, 2>(terms, diff, n);
    differentiate_terms<Isa, 1>(terms, diff, n);
}

}  // namespace hpnas::kernel::simd

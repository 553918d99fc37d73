#include <immintrin.h>

#include "depthwise_gradient.hpp"
#include "depthwise_rows.hpp"

namespace hpnas::kernel {
namespace {

struct Avx512 {
    using Vector = __m512;
    static constexpr int lanes = 16, registers = 32;
    static constexpr bool specialised = true;

    /// The compiler would load a value anew for each of its products.
    [[gnu::always_inline]] static void keep(Vector& v) { asm("" : "+v"(v)); }
    [[gnu::always_inline]] static Vector load(const float* p) { return _mm512_loadu_ps(p); }
    [[gnu::always_inline]] static void store(float* p, Vector v) { _mm512_storeu_ps(p, v); }
    [[gnu::always_inline]] static Vector load_part(const float* p, int n) { return _mm512_maskz_loadu_ps(first(n), p); }
    [[gnu::always_inline]] static void store_part(float* p, Vector v, int n) { _mm512_mask_storeu_ps(p, first(n), v); }

private:
    [[gnu::always_inline]] static __mmask16 first(int n) { return static_cast<__mmask16>((1U << n) - 1U); }
};

}  // namespace

const DepthwiseLoops depthwise_avx512{"avx512", depthwise::run<Avx512>, depthwise::add_gradient<Avx512>};

}  // namespace hpnas::kernel

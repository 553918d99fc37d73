#include <immintrin.h>

#include "depthwise_gradient.hpp"
#include "depthwise_rows.hpp"

namespace hpnas::kernel {
namespace {

struct Avx2 {
    using Vector = __m256;
    static constexpr int lanes = 8, registers = 16;
    static constexpr bool specialised = true;

    /// The compiler would load a value anew for each of its products.
    [[gnu::always_inline]] static void keep(Vector& v) { asm("" : "+x"(v)); }
    [[gnu::always_inline]] static Vector load(const float* p) { return _mm256_loadu_ps(p); }
    [[gnu::always_inline]] static void store(float* p, Vector v) { _mm256_storeu_ps(p, v); }
    [[gnu::always_inline]] static Vector load_part(const float* p, int n) { return _mm256_maskload_ps(p, first(n)); }
    [[gnu::always_inline]] static void store_part(float* p, Vector v, int n) { _mm256_maskstore_ps(p, first(n), v); }

private:
    [[gnu::always_inline]] static __m256i first(int n) {
        return _mm256_cmpgt_epi32(_mm256_set1_epi32(n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    }
};

}  // namespace

const DepthwiseLoops depthwise_avx2{"avx2", depthwise::run<Avx2>, depthwise::add_gradient<Avx2>};

}  // namespace hpnas::kernel

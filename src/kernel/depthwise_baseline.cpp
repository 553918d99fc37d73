#include "depthwise_gradient.hpp"
#include "depthwise_rows.hpp"

namespace hpnas::kernel {
namespace {

/// Any x86-64 (or other) machine: four lanes, general loops only.
struct Baseline {
    typedef float Vector __attribute__((vector_size(16)));
    static constexpr int lanes = 4, registers = 16;
    static constexpr bool specialised = false;

    [[gnu::always_inline]] static void keep(Vector&) {}
    [[gnu::always_inline]] static Vector load(const float* p) { return load_part(p, lanes); }
    [[gnu::always_inline]] static void store(float* p, Vector v) { store_part(p, v, lanes); }
    [[gnu::always_inline]] static Vector load_part(const float* p, int n) {
        Vector v{};
        __builtin_memcpy(&v, p, static_cast<unsigned long>(n) * sizeof(float));
        return v;
    }
    [[gnu::always_inline]] static void store_part(float* p, Vector v, int n) {
        __builtin_memcpy(p, &v, static_cast<unsigned long>(n) * sizeof(float));
    }
};

}  // namespace

const DepthwiseLoops depthwise_baseline{"baseline", depthwise::run<Baseline>, depthwise::add_gradient<Baseline>};

}  // namespace hpnas::kernel

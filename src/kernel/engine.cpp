#include "hpnas/kernel/engine.hpp"

#include <fmt/format.h>

#include "dnnl_support.hpp"

namespace hpnas::kernel {
namespace {

/// Layer shapes of thousands of candidates; the library's default of 1024 would throw away what the next candidate
/// needs.
constexpr int cached_primitives = 8192;

}  // namespace

Engine::Engine() : impl_(std::make_unique<Impl>()) { dnnl::set_primitive_cache_capacity(cached_primitives); }
Engine::~Engine() = default;

std::string Engine::isa() {
    // The levels x86-64-v4 and x86-64-v3 that the loops are compiled for.
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
    const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                        __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
                        __builtin_cpu_supports("avx512vl");
    return avx2 && avx512 ? "avx512" : avx2 ? "avx2" : "baseline";
}

std::string Engine::library() {
    const dnnl_version_t* version = dnnl_version();
    return fmt::format("oneDNN {}.{}.{}", version->major, version->minor, version->patch);
}

}  // namespace hpnas::kernel

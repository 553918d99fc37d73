#pragma once
#include <memory>
#include <string>

namespace hpnas::kernel {

/// What the compiled kernels of one rank share: the library's engine, stream and cache of generated code, so that
/// kernels survive the candidate they were first made for. One per rank; must outlive every kernel made with it. Calls
/// run in the calling thread, with OpenMP threads inside; two threads must not use one Engine at the same time. The
/// number of OpenMP threads (omp_set_num_threads) must not change between the construction of a kernel and its calls.
class Engine {
public:
    Engine();
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Name of the instruction set that the program's own loops run with: "avx512", "avx2" or "baseline".
    static std::string isa();
    /// Name and version of the kernel library, e.g. "oneDNN 2.6.3".
    static std::string library();

    struct Impl;
    Impl& impl() const noexcept { return *impl_; }

private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace hpnas::kernel

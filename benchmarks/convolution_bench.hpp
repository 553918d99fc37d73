#pragma once
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <omp.h>

#include <functional>
#include <string>
#include <vector>

#include "hpnas/kernel/convolution.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas::bench {

inline std::string name(const char* pass, const kernel::ConvolutionShape& s) {
    return fmt::format("{}/n{}_{}x{}_{}-{}_g{}_k{}_s{}", pass, s.n, s.h, s.w, s.c, s.k, s.groups, s.window.kh,
                       s.window.stride_h);
}

/// Memory of one convolution, in huge pages as in an executor.
struct Tensors {
    Arena arena;
    float *src, *weights, *bias, *dst;
    std::byte *workspace, *packed;
    Tensors(const kernel::ConvolutionShape& s, std::size_t workspace_bytes, std::size_t packed_bytes) {
        ArenaLayout layout;
        const auto floats = [&](std::int64_t count) { return layout.add_floats(static_cast<std::size_t>(count)); };
        const std::size_t at[] = {floats(s.src_count()), floats(s.weight_count()),    floats(s.k),
                                  floats(s.dst_count()), layout.add(workspace_bytes), layout.add(packed_bytes)};
        arena.reserve(layout.total());
        const auto all = layout.total() / sizeof(float);
        for (std::size_t i = 0; i < all; ++i) arena.floats(0)[i] = static_cast<float>(i % 17) / 17.0F - 0.5F;
        src = arena.floats(at[0]), weights = arena.floats(at[1]), bias = arena.floats(at[2]), dst = arena.floats(at[3]);
        workspace = arena.base() + at[4], packed = arena.base() + at[5];
    }
};

inline void finish(benchmark::State& state, const kernel::ConvolutionShape& s, const std::string& implementation) {
    using benchmark::Counter;
    state.counters["GFLOP/s"] = Counter(2e-9 * static_cast<double>(s.macs()), Counter::kIsIterationInvariantRate);
    state.SetLabel(implementation);
}

inline void infer(benchmark::State& state, const kernel::ConvolutionShape& s) {
    kernel::Engine engine;
    const kernel::PackedConvolution kernel(engine, s, {kernel::Activation::relu});
    const Tensors t(s, kernel.workspace_bytes(), kernel.packed_bytes());
    kernel.pack(t.weights, t.bias, t.packed);
    for (auto _ : state) kernel.run(t.src, t.packed, nullptr, t.dst, t.workspace);
    finish(state, s, kernel.implementation());
}

template <class Pass>
void train(benchmark::State& state, const kernel::ConvolutionShape& s, Pass pass) {
    kernel::Engine engine;
    const kernel::Convolution kernel(engine, s);
    const Tensors t(s, kernel.workspace_bytes(), 0);
    for (auto _ : state) pass(kernel, t);
    finish(state, s, kernel.implementation());
}

inline void forward(benchmark::State& state, const kernel::ConvolutionShape& s) {
    train(state, s, [](const kernel::Convolution& kernel, const Tensors& t) {
        kernel.forward(t.src, t.weights, nullptr, t.dst, t.workspace);
    });
}
inline void backward_data(benchmark::State& state, const kernel::ConvolutionShape& s) {
    train(state, s, [](const kernel::Convolution& kernel, const Tensors& t) {
        kernel.backward_data(t.dst, t.weights, t.src, t.workspace);
    });
}
inline void backward_weights(benchmark::State& state, const kernel::ConvolutionShape& s) {
    train(state, s, [](const kernel::Convolution& kernel, const Tensors& t) {
        kernel.backward_weights(t.src, t.dst, t.weights, nullptr, t.workspace);
    });
}

}  // namespace hpnas::bench

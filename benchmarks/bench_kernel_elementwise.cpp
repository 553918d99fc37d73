// Loops that are bound by memory: GB/s of the traffic that a kernel must cause (every source read once, every result
// written once), next to a triad of the same size. Threads: OMP_NUM_THREADS.
#include <benchmark/benchmark.h>

#include <functional>
#include <string>

#include "hpnas/kernel/activation.hpp"
#include "hpnas/kernel/batch_norm.hpp"
#include "hpnas/kernel/dropout.hpp"
#include "hpnas/kernel/elementwise.hpp"
#include "hpnas/kernel/pooling.hpp"
#include "hpnas/kernel/squeeze_excite.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas::bench {
namespace {

using kernel::Activation;

/// Channels-last tensors of one shape, in huge pages as in an executor.
struct Images {
    std::int64_t n, h, c;
    std::int64_t count() const { return n * h * h * c; }
    std::string name() const {
        return "n" + std::to_string(n) + "_" + std::to_string(h) + "x" + std::to_string(h) + "x" + std::to_string(c);
    }
};
const Images shapes[] = {{64, 32, 64}, {64, 32, 16}, {64, 16, 32}, {64, 8, 64},
                         {8, 56, 144}, {1, 56, 24},  {1, 14, 672}, {1, 7, 1152}};

struct Memory {
    Arena arena;
    float* tensors[6];
    float* channels[10];
    float* scratch;
    Memory(const Images& s, std::size_t scratch_bytes) {
        ArenaLayout layout;
        std::size_t at[16];
        for (int i = 0; i < 6; ++i) at[i] = layout.add_floats(static_cast<std::size_t>(s.count()));
        for (int i = 0; i < 10; ++i) at[6 + i] = layout.add_floats(static_cast<std::size_t>(s.c * s.c));
        const std::size_t last = layout.add(scratch_bytes);
        arena.reserve(layout.total());
        for (std::size_t i = 0; i < layout.total() / sizeof(float); ++i)
            arena.floats(0)[i] = static_cast<float>(i % 17) / 17.0F - 0.4F;
        for (int i = 0; i < 6; ++i) tensors[i] = arena.floats(at[i]);
        for (int i = 0; i < 10; ++i) channels[i] = arena.floats(at[6 + i]);
        for (std::int64_t i = 0; i < s.c; ++i)
            channels[2][i] = channels[5][i] = 1.0F;  // inverse deviations, running variances
        scratch = arena.floats(last);
    }
};

/// @param passes  tensors read and written
template <class Call>
void measure(const std::string& name, const Images& s, double passes, std::size_t scratch_bytes, Call call) {
    benchmark::RegisterBenchmark((name + "/" + s.name()).c_str(),
                                 [=](benchmark::State& state) {
                                     const Memory memory(s, scratch_bytes);
                                     for (auto _ : state) {
                                         call(memory);
                                         benchmark::ClobberMemory();
                                     }
                                     state.counters["GB/s"] =
                                         benchmark::Counter(4e-9 * passes * static_cast<double>(s.count()),
                                                            benchmark::Counter::kIsIterationInvariantRate);
                                 })
        ->UseRealTime()
        ->Unit(benchmark::kMicrosecond);
}

void add_simple(const Images& s) {
    const std::int64_t count = s.count();
    measure("triad", s, 3, 0, [=](const Memory& m) { kernel::add(m.tensors[0], m.tensors[1], m.tensors[2], count); });
    for (const auto& [name, kind] :
         {std::pair("relu", Activation::relu), {"swish", Activation::swish}, {"gelu", Activation::gelu}}) {
        measure(name + std::string("_forward"), s, 2, 0,
                [=, k = kind](const Memory& m) { kernel::activation_forward(k, m.tensors[0], m.tensors[1], count); });
        measure(name + std::string("_backward"), s, 3, 0, [=, k = kind](const Memory& m) {
            kernel::activation_backward(k, m.tensors[0], m.tensors[1], m.tensors[2], count);
        });
    }
    measure("dropout", s, 2, 0, [=](const Memory& m) {
        kernel::dropout(kernel::DropoutKey(Rng(1, Purpose::dropout)), 0.2F, m.tensors[0], m.tensors[1], count);
    });
}

void add_batch_norm(const Images& s, const std::string& name, Activation activation, bool residual) {
    const kernel::BatchNorm norm(
        {.rows = s.n * s.h * s.h, .channels = s.c, .activation = activation, .residual = residual});
    const double extra = residual ? 1 : 0;
    measure("batch_norm_" + name + "_forward", s, 3 + extra, norm.workspace_bytes(), [=](const Memory& m) {
        norm.forward_training({m.tensors[0], m.tensors[1], m.channels[0], m.channels[1], m.tensors[2], m.channels[3],
                               m.channels[2], m.channels[4], m.channels[5]},
                              m.scratch);
    });
    // Twice src, diff_dst once or twice, dst or residual; diff_src; the gradient kept between the two steps twice.
    const bool masks = norm.backward_needs_dst() || norm.backward_needs_residual();
    const bool kept = residual || activation == Activation::swish;
    const double backward_passes = 3 + (masks ? 1 : 0) + (kept ? 3 : 2);
    measure("batch_norm_" + name + "_backward", s, backward_passes, norm.workspace_bytes(), [=](const Memory& m) {
        norm.backward_training({m.tensors[0], m.tensors[1], m.tensors[2], m.channels[0], m.channels[1], m.channels[3],
                                m.channels[2], m.tensors[3], m.tensors[4], m.channels[6], m.channels[7], m.tensors[5]},
                               m.scratch);
    });
}

void add_squeeze_excite(const Images& s) {
    const kernel::SqueezeExcite gate({.n = s.n,
                                      .h = s.h,
                                      .w = s.h,
                                      .c = s.c,
                                      .reduced = std::max<std::int64_t>(1, s.c / 24),
                                      .activation = Activation::swish});
    const std::size_t saved = static_cast<std::size_t>(gate.saved_count()) * sizeof(float),
                      kept = (saved + 63) / 64 * 64;
    const auto weights = [](const Memory& m) {
        return kernel::SqueezeExciteWeights{m.channels[0], m.channels[1], m.channels[2], m.channels[3]};
    };
    measure("squeeze_excite_forward", s, 3, kept,
            [=](const Memory& m) { gate.forward(m.tensors[0], weights(m), m.tensors[1], m.scratch); });
    measure("squeeze_excite_backward", s, 4, kept + gate.workspace_bytes(), [=](const Memory& m) {
        gate.backward({m.tensors[0],
                       m.tensors[1],
                       m.scratch,
                       m.tensors[2],
                       {m.channels[4], m.channels[5], m.channels[6], m.channels[7]}},
                      weights(m), m.scratch + kept / sizeof(float));
    });
}

void add_pooling(const Images& s) {
    for (const auto& [name, kind] :
         {std::pair("max", kernel::PoolingKind::maximum), {"average", kernel::PoolingKind::average}}) {
        const kernel::Pooling pool(
            {.n = s.n, .h = s.h, .w = s.h, .c = s.c, .window = kernel::Window::square(3), .kind = kind});
        measure(name + std::string("_pool_forward"), s, 2, 0,
                [=](const Memory& m) { pool.forward(m.tensors[0], m.tensors[1]); });
        measure(name + std::string("_pool_backward"), s, kind == kernel::PoolingKind::maximum ? 3 : 2, 0,
                [=](const Memory& m) { pool.backward(m.tensors[0], m.tensors[1], m.tensors[2]); });
    }
    measure("global_pool_forward", s, 1, 0, [=](const Memory& m) {
        kernel::global_average_pool_forward(m.tensors[0], m.tensors[1], s.n, s.h * s.h, s.c);
    });
    measure("global_pool_backward", s, 1, 0, [=](const Memory& m) {
        kernel::global_average_pool_backward(m.tensors[0], m.tensors[1], s.n, s.h * s.h, s.c);
    });
}

const bool registered = [] {
    for (const Images& s : shapes) {
        add_simple(s);
        add_batch_norm(s, "none", Activation::none, false);
        add_batch_norm(s, "relu", Activation::relu, false);
        add_batch_norm(s, "residual_relu", Activation::relu, true);
        add_batch_norm(s, "swish", Activation::swish, false);
        add_squeeze_excite(s);
        add_pooling(s);
    }
    return true;
}();

}  // namespace
}  // namespace hpnas::bench

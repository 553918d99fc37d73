// Kernels of a transformer at ViT-tiny's and BERT-mini's sizes: attention, linear layers, layer norm. Threads:
// OMP_NUM_THREADS; with one thread the CPU column holds on a shared machine too.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <utility>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/attention.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/kernel/layer_norm.hpp"
#include "hpnas/kernel/linear.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas::kernel {
namespace {

/// Normal numbers in huge pages, as in an executor.
class Memory {
public:
    explicit Memory(std::int64_t count) {
        arena_.reserve(static_cast<std::size_t>(count + 16) * sizeof(float));
        Rng rng(1, Purpose::test);
        for (std::int64_t i = 0; i < count; ++i) get()[i] = static_cast<float>(rng.normal());
    }
    float* get() const { return arena_.floats(0); }

private:
    Arena arena_;
};

Memory random_values(std::int64_t count) { return Memory(count); }

void rate(benchmark::State& state, double flop) {
    state.counters["GFLOP/s"] =
        benchmark::Counter(flop * 1e-9, benchmark::Counter::kIsIterationInvariantRate, benchmark::Counter::kIs1000);
}

AttentionShape attention_shape(const benchmark::State& state) {
    AttentionShape s{
        .batch = state.range(0), .heads = state.range(1), .queries = state.range(2), .keys = state.range(2)};
    s.dim = 64;
    s.max_distance = state.range(3);
    return s;
}
double attention_flop(const AttentionShape& s) {
    return 4.0 * static_cast<double>(s.batch * s.heads * s.queries * (s.keys + 2 * s.table_rows()) * s.dim);
}

struct AttentionCase {
    explicit AttentionCase(const AttentionShape& s)
        : attention(s),
          width(s.heads * s.dim),
          src(random_values(s.batch * s.queries * 3 * width)),
          dst(random_values(s.batch * s.queries * width)),
          diff_src(random_values(s.batch * s.queries * 3 * width)),
          tables(random_values(8 * s.table_rows() * s.dim)),
          saved(random_values(static_cast<std::int64_t>(attention.saved_bytes() / sizeof(float)))),
          workspace(random_values(static_cast<std::int64_t>(attention.workspace_bytes() / sizeof(float)))) {
        input.src = src.get();
        gradients.src = diff_src.get();
        for (std::size_t t = 0; t < 4; ++t) {
            const std::int64_t at = static_cast<std::int64_t>(t) * s.table_rows() * s.dim;
            input.tables[t] = tables.get() + at;
            gradients.tables[t] = tables.get() + 4 * s.table_rows() * s.dim + at;
        }
    }
    Attention attention;
    std::int64_t width;
    Memory src, dst, diff_src, tables, saved, workspace;
    AttentionInput input;
    AttentionGradients gradients;
};

void attention_forward(benchmark::State& state) {
    AttentionCase c(attention_shape(state));
    for (auto _ : state) c.attention.forward(c.input, c.dst.get(), c.saved.get(), c.workspace.get());
    rate(state, attention_flop(c.attention.shape()));
}
void attention_backward(benchmark::State& state) {
    AttentionCase c(attention_shape(state));
    c.attention.forward(c.input, c.dst.get(), c.saved.get(), c.workspace.get());
    for (auto _ : state) c.attention.backward(c.input, c.saved.get(), c.dst.get(), c.gradients, c.workspace.get());
    rate(state, 2 * attention_flop(c.attention.shape()));
}
void attention_sizes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"batch", "heads", "tokens", "max_distance"});
    for (const std::int64_t batch : {1, 16}) {
        b->Args({batch, 3, 197, 0});
        b->Args({batch, 3, 197, 14});
        b->Args({batch, 4, 128, 0});
        b->Args({batch, 4, 512, 0});
    }
    b->Unit(benchmark::kMicrosecond);
}
BENCHMARK(attention_forward)->Apply(attention_sizes);
BENCHMARK(attention_backward)->Apply(attention_sizes);

struct LinearCase {
    explicit LinearCase(const benchmark::State& state, bool training)
        : shape{.rows = state.range(0), .c = state.range(1), .k = state.range(2), .training = training},
          linear(engine, shape),
          src(random_values(shape.rows * shape.c)),
          dst(random_values(shape.rows * shape.k)),
          weights(random_values(shape.c * shape.k)),
          bias(random_values(shape.k)),
          workspace(random_values(static_cast<std::int64_t>(linear.workspace_bytes() / sizeof(float)))) {}
    double flop() const { return 2.0 * static_cast<double>(shape.rows * shape.c * shape.k); }
    Engine engine;
    LinearShape shape;
    Linear linear;
    Memory src, dst, weights, bias, workspace;
};

void linear_forward(benchmark::State& state) {
    LinearCase c(state, false);
    for (auto _ : state) c.linear.forward(c.src.get(), c.weights.get(), c.bias.get(), c.dst.get(), c.workspace.get());
    rate(state, c.flop());
}
void linear_backward_data(benchmark::State& state) {
    LinearCase c(state, true);
    for (auto _ : state) c.linear.backward_data(c.dst.get(), c.weights.get(), c.src.get(), c.workspace.get());
    rate(state, c.flop());
}
void linear_backward_weights(benchmark::State& state) {
    LinearCase c(state, true);
    for (auto _ : state)
        c.linear.backward_weights(c.src.get(), c.dst.get(), c.weights.get(), c.bias.get(), c.workspace.get());
    rate(state, c.flop());
}
void linear_sizes(benchmark::internal::Benchmark* b) {
    b->ArgNames({"rows", "in", "out"});
    for (const std::int64_t rows : {197, 3152})
        for (const auto& [in, out] : {std::pair{192, 576}, {192, 192}, {192, 768}, {768, 192}})
            b->Args({rows, in, out});
    b->Args({2048, 256, 1024});
    b->Unit(benchmark::kMicrosecond);
}
BENCHMARK(linear_forward)->Apply(linear_sizes);
BENCHMARK(linear_backward_data)->Apply(linear_sizes);
BENCHMARK(linear_backward_weights)->Apply(linear_sizes);

void layer_norm(benchmark::State& state) {
    const LayerNorm norm({.rows = 3152, .width = 192});
    Memory src = random_values(3152 * 192), dst = random_values(3152 * 192), gamma = random_values(192),
           beta = random_values(192), statistics = random_values(2 * 3152), diff = random_values(2 * 192),
           workspace = random_values(static_cast<std::int64_t>(norm.workspace_bytes() / sizeof(float)));
    const bool backward = state.range(0) != 0;
    for (auto _ : state) {
        if (backward)
            norm.backward(
                {src.get(), gamma.get(), statistics.get(), dst.get(), dst.get(), diff.get(), diff.get() + 192},
                workspace.get());
        else
            norm.forward({src.get(), gamma.get(), beta.get(), dst.get(), statistics.get()});
    }
}
BENCHMARK(layer_norm)->ArgName("backward")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace hpnas::kernel

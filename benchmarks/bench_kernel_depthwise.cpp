// Depthwise convolutions of mobile networks: GFLOP/s of each pass. Threads: OMP_NUM_THREADS.
#include <benchmark/benchmark.h>

#include <array>

#include "convolution_bench.hpp"

namespace hpnas::bench {
namespace {

// Batch, size, channels, kernel, stride; the first two are those of the reference measurements.
const std::vector<std::array<std::int64_t, 5>> layers{
    {64, 16, 192, 3, 1}, {64, 16, 192, 5, 1},  // larger than the caches
    {1, 112, 32, 3, 1},  {1, 112, 96, 3, 2},  {1, 56, 144, 3, 1}, {1, 28, 192, 3, 1},
    {1, 28, 240, 5, 2},  {1, 14, 384, 3, 1},  {1, 14, 672, 5, 1}, {1, 14, 1440, 3, 1},
    {1, 7, 960, 3, 1},   {1, 7, 1152, 5, 1},  {1, 28, 24, 5, 1},  {1, 7, 1792, 3, 1},
    {8, 14, 1440, 3, 1}, {8, 28, 192, 3, 2},  {8, 56, 144, 5, 1}, {8, 28, 96, 7, 1}};

void add(const char* pass, void (*run)(benchmark::State&, const kernel::ConvolutionShape&)) {
    for (const auto& [n, size, c, kernel, stride] : layers) {
        const kernel::ConvolutionShape shape{.n = n,
                                             .h = size,
                                             .w = size,
                                             .c = c,
                                             .k = c,
                                             .groups = c,
                                             .window = kernel::Window::square(kernel, stride)};
        benchmark::RegisterBenchmark(name(pass, shape).c_str(), run, shape)
            ->UseRealTime()
            ->Unit(benchmark::kMicrosecond);
    }
}

const bool registered = [] {
    add("infer", infer);
    add("forward", forward);
    add("backward_data", backward_data);
    add("backward_weights", backward_weights);
    return true;
}();

}  // namespace
}  // namespace hpnas::bench

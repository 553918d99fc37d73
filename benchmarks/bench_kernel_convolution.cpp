// Dense convolutions of residual and mobile networks: GFLOP/s of each pass. Threads: OMP_NUM_THREADS.
#include <benchmark/benchmark.h>

#include <array>

#include "convolution_bench.hpp"

namespace hpnas::bench {
namespace {

// Batch, size of the source, channels in and out, kernel, stride.
const std::vector<std::array<std::int64_t, 6>> layers{
    {64, 32, 3, 16, 3, 1},   {64, 32, 16, 16, 3, 1},   {64, 16, 32, 32, 3, 1},   {64, 8, 64, 64, 3, 1},   // ResNet-20
    {64, 32, 16, 32, 3, 2},  {64, 32, 16, 32, 1, 2},                                                      // its strides
    {1, 224, 3, 24, 3, 2},   {1, 112, 24, 24, 3, 1},   {1, 112, 24, 96, 3, 2},   {1, 56, 64, 256, 3, 1},  // GPUNet-1
    {1, 28, 96, 384, 3, 1},  {1, 56, 256, 64, 1, 1},   {1, 14, 288, 1440, 1, 1}, {1, 14, 1440, 288, 1, 1},  //
    {1, 7, 448, 1792, 1, 1}, {1, 7, 1792, 448, 1, 1},  {8, 112, 24, 96, 3, 2},   {8, 56, 64, 256, 3, 1},    //
    {8, 56, 256, 64, 1, 1},  {8, 14, 288, 1440, 1, 1}, {8, 7, 1792, 448, 1, 1},                             //
    {64, 32, 64, 64, 3, 1},  {64, 16, 128, 128, 3, 1}, {64, 8, 256, 512, 1, 1}};  // those of earlier measurements

void add(const char* pass, void (*run)(benchmark::State&, const kernel::ConvolutionShape&)) {
    for (const auto& [n, size, c, k, kernel, stride] : layers) {
        const kernel::ConvolutionShape shape{
            .n = n, .h = size, .w = size, .c = c, .k = k, .window = kernel::Window::square(kernel, stride)};
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

#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "hpnas/graph/network.hpp"
#include "hpnas/latency/stopwatch.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// What the caches hold when a run starts. hot: what the previous run of the same thing left there, as when a network
/// serves one request after the other. in_network: the input is in the caches, as the block before has just written it,
/// while weights and buffers were pushed out of the inner caches by the rest of the network: a block timed this way
/// takes about as long as inside one.
enum class CacheState { hot, in_network };

struct NetworkTimingOptions {
    TimingOptions timing{};
    std::int64_t batch = 1;
    CacheState cache = CacheState::hot;
};

/// Compiles `network` as deployed (batch norm folded, activations fused) with random weights and inputs, and hands a
/// forward pass on all OpenMP threads of the caller to `use`.
/// @throws ShapeError; std::bad_alloc if the network does not fit the arena
void run_deployed(const Network& network, const Device& device, std::int64_t batch,
                  const std::function<void(const std::function<void()>& forward)>& use);

/// Time of one forward pass of `network` as deployed (batch norm folded, activations fused) with random weights and
/// inputs, on all OpenMP threads of the caller. Compiling and packing are not counted.
/// @throws ShapeError; std::bad_alloc if the network does not fit the arena
Timing time_network(const Network& network, const Device& device, const NetworkTimingOptions& options);

/// CPU model name and number of cores of this machine, e.g. "AMD EPYC 9654 96-Core Processor, 192 cores".
std::string describe_cpu();

}  // namespace hpnas

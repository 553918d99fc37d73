#pragma once
#include <functional>

#include "hpnas/latency/latency_table.hpp"
#include "hpnas/latency/network_timing.hpp"

namespace hpnas {

/// A block to be timed. There can be 10^5 of them, so the network of its own is only built when its turn comes.
struct BlockTask {
    TableKey key;
    std::function<Network()> network;
};

/// How a block is timed: caches as inside a network, the given repetitions, a tenth of the warm-up.
NetworkTimingOptions block_timing_options(const TimingOptions& timing, std::int64_t batch);

}  // namespace hpnas

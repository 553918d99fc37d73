#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "hpnas/latency/latency_table.hpp"
#include "hpnas/latency/network_timing.hpp"

namespace hpnas {

/// A block to be timed. There can be 10^5 of them, so the network of its own is only built when its turn comes.
struct BlockTask {
    TableKey key;
    std::function<Network()> network;
};

/// Every different block of the networks that `table` lacks, in order of key.
std::vector<BlockTask> missing_blocks(const LatencyTable& table, std::span<const Network> networks);

struct MeasureProgress {
    std::size_t done = 0, total = 0;
    double seconds = 0;  ///< since the start
};
/// Called after every block; false stops. A good place to save the table every few seconds.
using MeasureCallback = std::function<bool(const MeasureProgress&)>;

/// How a block is timed: caches as inside a network, the given repetitions, a tenth of the warm-up.
NetworkTimingOptions block_timing_options(const TimingOptions& timing, std::int64_t batch);

/// Times every task whose key `table` lacks and adds it. While it runs nothing else may compute on this node.
/// @return number of blocks timed; less than the missing ones only if the callback said stop
std::size_t measure_missing(LatencyTable& table, std::span<const BlockTask> tasks, const Device& device,
                            const TimingOptions& timing, const MeasureCallback& progress = {});

}  // namespace hpnas

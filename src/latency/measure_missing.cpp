#include "hpnas/latency/measure_missing.hpp"

#include <map>
#include <utility>

namespace hpnas {

std::vector<BlockTask> missing_blocks(const LatencyTable& table, std::span<const Network> networks) {
    std::map<TableKey, Network> missing;
    for (const Network& network : networks)
        for (const Block& block : network.blocks()) {
            TableKey key = table_key(network, block);
            if (table.find(key) == nullptr && !missing.contains(key))
                missing.emplace(std::move(key), network.extract(block));
        }
    std::vector<BlockTask> tasks;
    tasks.reserve(missing.size());
    for (auto& [key, network] : missing) tasks.push_back({key, [block = std::move(network)] { return block; }});
    return tasks;
}

NetworkTimingOptions block_timing_options(const TimingOptions& timing, std::int64_t batch) {
    NetworkTimingOptions options{.timing = timing, .batch = batch, .cache = CacheState::in_network};
    options.timing.warmup_ms = 0.1 * timing.warmup_ms;  // every run starts from prepared caches: only pages are warmed
    return options;
}

std::size_t measure_missing(LatencyTable& table, std::span<const BlockTask> tasks, const Device& device,
                            const TimingOptions& timing, const MeasureCallback& progress) {
    const ClockFunction clock = steady_clock();
    const Milliseconds start = clock();
    const NetworkTimingOptions options = block_timing_options(timing, table.conditions().batch);
    std::size_t measured = 0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (table.find(tasks[i].key) == nullptr) {
            table.set(tasks[i].key, time_network(tasks[i].network(), device, options));
            ++measured;
        }
        if (progress && !progress({.done = i + 1, .total = tasks.size(), .seconds = Seconds(clock() - start).count()}))
            break;
    }
    return measured;
}

}  // namespace hpnas

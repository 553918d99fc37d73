#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/store/table.hpp"

namespace hpnas {

class Communicator;
class StopToken;

/// Latencies in [lower_ms, upper_ms).
struct LatencyBucket {
    double lower_ms = 0;
    double upper_ms = 0;
};

/// Which of a bucket's samples survive.
enum class SurvivorRule {
    uniform,  ///< a uniform random subset of the samples (those with the smallest hash of seed and sample index)
    spread,   ///< one sample per stratum of equal latency width, as far as there are some; the rest uniform
};

struct ScreeningOptions {
    std::uint64_t samples = 1U << 20U;   ///< Sobol points 0 .. samples - 1; <= 2^32
    std::uint64_t seed = 0;              ///< of the digital shift and the selection
    std::vector<LatencyBucket> buckets;  ///< may overlap; a sample counts in each that it falls into
    std::size_t survivors = 256;         ///< per bucket, at most
    SurvivorRule rule = SurvivorRule::uniform;
    std::size_t histogram_bins = 200;
    double histogram_upper_ms =
        0;  ///< bins over [0, this); samples beyond go to `overflow`; 0: the largest bucket bound
};

/// What screening needs of a space. Both functions must be pure and thread-safe.
struct ScreeningSpace {
    std::span<const Decision> decisions;
    /// Table latency in ms of the network that the choices denote; called for every sample: make it cheap (< 0.5 us).
    /// NaN: infeasible, counted and dropped.
    std::function<double(std::span<const std::int16_t>)> latency_ms;
    /// Representative of an encoding; called for survivors only. Empty: encodings stand for themselves.
    std::function<Encoding(const Encoding&)> canonical;
};

struct Survivor {
    Encoding encoding;  ///< canonical; no two of a bucket are equal
    double latency_ms = 0;
    std::uint64_t key = 0;     ///< selection hash; smaller survives
    std::uint64_t sample = 0;  ///< index in the Sobol sequence
    friend bool operator==(const Survivor&, const Survivor&) = default;
};

struct ScreeningResult {
    std::uint64_t samples = 0;  ///< looked at
    std::uint64_t infeasible = 0;
    std::vector<std::uint64_t> histogram;  ///< [histogram_bins]
    double histogram_upper_ms = 0;
    std::uint64_t overflow = 0;                    ///< at or beyond histogram_upper_ms
    std::vector<std::uint64_t> counts;             ///< [buckets] samples, duplicates included
    std::vector<std::vector<Survivor>> survivors;  ///< [buckets], by ascending key
    bool stopped = false;                          ///< a stop request cut it short: do not use
    friend bool operator==(const ScreeningResult&, const ScreeningResult&) = default;
};

/// Looks up the latency of `samples` Sobol points of the space and keeps a few per latency bucket. Collective: each
/// rank (and each OpenMP thread) takes its own index range; the same result on every rank for any number of ranks and
/// threads. Memory does not grow with the number of samples. @throws ConfigError if options make no sense (empty
/// bucket, too many samples).
ScreeningResult screen(const ScreeningSpace& space, const ScreeningOptions& options, Communicator& comm,
                       StopToken& stop);

/// /screening/histogram, /screening/buckets, /screening/survivors for the result file.
std::vector<Table> screening_tables(const ScreeningResult& result, const ScreeningOptions& options);

}  // namespace hpnas

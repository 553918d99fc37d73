#include "hpnas/app/bucket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/strategy/sobol_sequence.hpp"

namespace hpnas {
namespace {

constexpr std::size_t quantile_samples = 1 << 16;

using LatencyOf = std::function<double(std::span<const std::int16_t>)>;

LatencyOf latency_function(Workbench& bench) {
    const auto segmentation = bench.space().segmentation();
    if (!segmentation)
        throw AgreedError(ExitCode::config,
                          fmt::format("screening: the space {} has no list of blocks; set screening.samples: 0",
                                      bench.space().name()));
    return table_latency(*bench.table(), *segmentation);
}

/// Latencies of the first Sobol samples, ascending.
std::vector<double> sample_latencies(const SearchSpace& space, const LatencyOf& latency_ms, std::uint64_t seed) {
    const auto sizes = radices(space.decisions());
    SobolSequence sequence(sizes.size(), seed);
    std::vector<std::uint32_t> point(sizes.size());
    std::vector<std::int16_t> x(sizes.size());
    std::vector<double> latencies;
    for (std::size_t i = 0; i < quantile_samples; ++i) {
        sequence.next(point);
        to_choices(point, sizes, x);
        latencies.push_back(latency_ms(x));
    }
    std::sort(latencies.begin(), latencies.end());
    return latencies;
}

std::vector<double> edges_ms(const ScreeningConfig& config, const std::vector<double>& latencies) {
    if (!config.edges_ms.empty()) return config.edges_ms;
    std::vector<double> edges;
    for (const double quantile : config.edges_quantile) {
        const auto at = static_cast<std::size_t>(quantile * static_cast<double>(latencies.size()));
        edges.push_back(quantile >= 1 ? latencies.back() * (1 + 1e-9) : latencies[std::min(at, latencies.size() - 1)]);
    }
    for (std::size_t i = 0; i + 1 < edges.size(); ++i)
        if (edges[i] >= edges[i + 1])
            throw AgreedError(
                ExitCode::config,
                fmt::format(
                    "screening.edges_quantile: the quantiles {} and {} of this space's latencies are both {:.4f} ms; "
                    "choose others",
                    config.edges_quantile[i], config.edges_quantile[i + 1], edges[i]));
    return edges;
}

ScreeningOptions screening_options(const RunConfig& config, const std::vector<double>& edges, double longest_ms) {
    ScreeningOptions options;
    options.samples = static_cast<std::uint64_t>(config.screening.samples);
    options.seed = static_cast<std::uint64_t>(config.seed);
    for (std::size_t i = 0; i + 1 < edges.size(); ++i) options.buckets.push_back({edges[i], edges[i + 1]});
    options.survivors = static_cast<std::size_t>(config.screening.survivors);
    options.rule = config.screening.rule == "spread" ? SurvivorRule::spread : SurvivorRule::uniform;
    options.histogram_upper_ms = longest_ms;
    return options;
}

void report(const Session& session, const ScreeningResult& result, const ScreeningOptions& options, double seconds) {
    session.log.info("screening: {} samples in {:.2f} s ({:.2g} per second)", result.samples, seconds,
                     static_cast<double>(result.samples) / seconds);
    for (std::size_t i = 0; i < options.buckets.size(); ++i)
        session.log.info("  bucket {} [{:.4f}, {:.4f}) ms: {} samples, {} kept", i, options.buckets[i].lower_ms,
                         options.buckets[i].upper_ms, result.counts[i], result.survivors[i].size());
}

}  // namespace

std::optional<Bucket> find_bucket(Session& session, Workbench& bench, StopToken& stop) {
    const RunConfig& config = bench.config();
    if (!config.screening.enabled()) return Bucket{};
    const LatencyOf latency_ms = latency_function(bench);
    const SearchSpace& space = bench.space();
    const std::vector<double> latencies = sample_latencies(space, latency_ms, static_cast<std::uint64_t>(config.seed));
    const std::vector<double> edges = edges_ms(config.screening, latencies);
    const ScreeningOptions options = screening_options(config, edges, latencies.back() * 1.1);

    const auto start = std::chrono::steady_clock::now();
    const ScreeningSpace screened{space.decisions(), latency_ms, [&](const Encoding& x) { return space.canonical(x); }};
    const ScreeningResult result = screen(screened, options, session.comm, stop);
    if (result.stopped) return std::nullopt;
    report(session, result, options, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());

    Bucket bucket;
    const auto chosen = static_cast<std::size_t>(config.screening.bucket);
    bucket.lower_ms = edges[chosen];
    bucket.target_ms = edges[chosen + 1];
    for (const Survivor& survivor : result.survivors[chosen]) bucket.pool.push_back(survivor.encoding);
    if (bucket.pool.empty())
        throw AgreedError(ExitCode::config,
                          fmt::format("screening: no sample lies in bucket {} [{:.4f}, {:.4f}) ms; the space's "
                                      "latencies are {:.4f} (fastest), "
                                      "{:.4f} (median) and {:.4f} ms (slowest of {} samples)",
                                      chosen, bucket.lower_ms, bucket.target_ms, latencies.front(),
                                      latencies[latencies.size() / 2], latencies.back(), latencies.size()));
    bucket.latency_ms = [latency_ms](const Encoding& x) { return latency_ms(x); };
    bucket.tables = screening_tables(result, options);
    return bucket;
}

}  // namespace hpnas

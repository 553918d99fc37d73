#include <utility>
#include <vector>

#include "hpnas/sched/screening.hpp"

namespace hpnas {
namespace {

Table histogram_table(const ScreeningResult& result) {
    std::vector<double> lower;
    std::vector<std::int64_t> counts;
    const double width = result.histogram_upper_ms / static_cast<double>(result.histogram.size());
    for (std::size_t i = 0; i < result.histogram.size(); ++i) {
        lower.push_back(static_cast<double>(i) * width);
        counts.push_back(static_cast<std::int64_t>(result.histogram[i]));
    }
    lower.push_back(result.histogram_upper_ms);
    counts.push_back(static_cast<std::int64_t>(result.overflow));
    Table table{"screening/histogram", "latencies of all samples; the last bin is open above", {}};
    table.columns.push_back({"lower", "ms", "lower edge of the bin", std::move(lower), {}});
    table.columns.push_back({"samples", "count", "samples in the bin", std::move(counts), {}});
    return table;
}

Table bucket_table(const ScreeningResult& result, const std::vector<LatencyBucket>& buckets) {
    std::vector<double> lower, upper;
    std::vector<std::int64_t> counts, survivors;
    for (std::size_t b = 0; b < buckets.size(); ++b) {
        lower.push_back(buckets[b].lower_ms);
        upper.push_back(buckets[b].upper_ms);
        counts.push_back(static_cast<std::int64_t>(result.counts[b]));
        survivors.push_back(static_cast<std::int64_t>(result.survivors[b].size()));
    }
    Table table{"screening/buckets", "latency buckets", {}};
    table.columns.push_back({"lower", "ms", "lower bound, included", std::move(lower), {}});
    table.columns.push_back({"upper", "ms", "upper bound, excluded", std::move(upper), {}});
    table.columns.push_back({"samples", "count", "samples in the bucket", std::move(counts), {}});
    table.columns.push_back({"survivors", "count", "different networks kept", std::move(survivors), {}});
    return table;
}

Table survivor_table(const ScreeningResult& result) {
    std::vector<std::int64_t> bucket, sample;
    std::vector<double> latency;
    std::vector<Encoding> encoding;
    for (std::size_t b = 0; b < result.survivors.size(); ++b)
        for (const Survivor& survivor : result.survivors[b]) {
            bucket.push_back(static_cast<std::int64_t>(b));
            sample.push_back(static_cast<std::int64_t>(survivor.sample));
            latency.push_back(survivor.latency_ms);
            encoding.push_back(survivor.encoding);
        }
    Table table{"screening/survivors", "networks that the search may choose from", {}};
    table.columns.push_back({"bucket", "1", "row of /screening/buckets", std::move(bucket), {}});
    table.columns.push_back({"sample", "1", "index in the Sobol sequence", std::move(sample), {}});
    table.columns.push_back({"latency", "ms", "by table", std::move(latency), {}});
    table.columns.push_back({"encoding", "1", "choice index per decision, see /space", std::move(encoding), {}});
    return table;
}

}  // namespace

std::vector<Table> screening_tables(const ScreeningResult& result, const ScreeningOptions& options) {
    return {histogram_table(result), bucket_table(result, options.buckets), survivor_table(result)};
}

}  // namespace hpnas

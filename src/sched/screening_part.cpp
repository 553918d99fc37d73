#include "hpnas/sched/screening_part.hpp"

#include <algorithm>
#include <span>

#include "hpnas/core/hash.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/strategy/sobol_sequence.hpp"

namespace hpnas {
namespace {

double histogram_upper(const ScreeningOptions& options) {
    if (options.histogram_upper_ms > 0) return options.histogram_upper_ms;
    double upper = 0;
    for (const LatencyBucket& bucket : options.buckets) upper = std::max(upper, bucket.upper_ms);
    return upper;
}

std::uint64_t selection_key(std::uint64_t sample, std::uint64_t seed) noexcept {
    return hash64(std::as_bytes(std::span(&sample, 1)), seed);
}

void write_survivor(ByteWriter& out, const Survivor& survivor) {
    out.vector(survivor.encoding);
    out.number(survivor.latency_ms);
    out.number(survivor.key);
    out.number(survivor.sample);
}

Survivor read_survivor(ByteReader& in) {
    Survivor survivor;
    survivor.encoding = in.vector<std::int16_t>();
    survivor.latency_ms = in.number<double>();
    survivor.key = in.number<std::uint64_t>();
    survivor.sample = in.number<std::uint64_t>();
    return survivor;
}

void write_survivors(ByteWriter& out, const std::vector<Survivor>& survivors) {
    out.number(static_cast<std::uint32_t>(survivors.size()));
    for (const Survivor& survivor : survivors) write_survivor(out, survivor);
}

std::vector<Survivor> read_survivors(ByteReader& in) {
    std::vector<Survivor> survivors(in.number<std::uint32_t>());
    for (Survivor& survivor : survivors) survivor = read_survivor(in);
    return survivors;
}

void add(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) noexcept {
    for (std::size_t i = 0; i < into.size(); ++i) into[i] += from[i];
}

}  // namespace

ScreeningPart::ScreeningPart(const ScreeningOptions& options)
    : seed_(options.seed),
      histogram_upper_ms_(histogram_upper(options)),
      bins_per_ms_(static_cast<double>(options.histogram_bins) / histogram_upper_ms_),
      histogram_(options.histogram_bins),
      counts_(options.buckets.size()) {
    for (const LatencyBucket& bucket : options.buckets)
        reservoirs_.emplace_back(bucket, options.survivors, options.rule);
}

void ScreeningPart::look_at(const ScreeningSpace& space, std::uint64_t begin, std::uint64_t end) {
    SobolSequence sequence(space.decisions.size(), seed_);
    sequence.seek(begin);
    const std::vector<std::uint32_t> choices_per_slot = radices(space.decisions);
    std::vector<std::uint32_t> point(space.decisions.size());
    Encoding encoding(space.decisions.size());
    for (std::uint64_t sample = begin; sample < end; ++sample) {
        sequence.next(point);
        to_choices(point, choices_per_slot, encoding);
        const double latency_ms = space.latency_ms(encoding);
        ++samples_;
        if (!(latency_ms >= 0)) {  // NaN too
            ++infeasible_;
            continue;
        }
        count(latency_ms);
        offer(space, encoding, latency_ms, sample);
    }
}

void ScreeningPart::count(double latency_ms) noexcept {
    if (latency_ms >= histogram_upper_ms_ || histogram_.empty()) {
        ++overflow_;
        return;
    }
    const auto bin = static_cast<std::size_t>(latency_ms * bins_per_ms_);
    ++histogram_[std::min(bin, histogram_.size() - 1)];  // rounding may lift the last bin's upper edge
}

void ScreeningPart::offer(const ScreeningSpace& space, const Encoding& encoding, double latency_ms,
                          std::uint64_t sample) {
    for (std::size_t b = 0; b < reservoirs_.size(); ++b) {
        BucketReservoir& reservoir = reservoirs_[b];
        if (!reservoir.covers(latency_ms)) continue;
        ++counts_[b];
        const std::uint64_t key = selection_key(sample, seed_);
        if (!reservoir.wants(latency_ms, key)) continue;
        reservoir.offer({space.canonical ? space.canonical(encoding) : encoding, latency_ms, key, sample});
    }
}

void ScreeningPart::merge(const ScreeningPart& other) {
    ByteWriter out;
    other.write(out);
    ByteReader in(out.bytes(), "screening part");
    merge(in);
}

void ScreeningPart::write(ByteWriter& out) const {
    out.number(samples_);
    out.number(infeasible_);
    out.number(overflow_);
    out.vector(histogram_);
    out.vector(counts_);
    for (const BucketReservoir& reservoir : reservoirs_) write_survivors(out, reservoir.held());
}

void ScreeningPart::merge(ByteReader& in) {
    samples_ += in.number<std::uint64_t>();
    infeasible_ += in.number<std::uint64_t>();
    overflow_ += in.number<std::uint64_t>();
    add(histogram_, in.vector<std::uint64_t>());
    add(counts_, in.vector<std::uint64_t>());
    for (BucketReservoir& reservoir : reservoirs_)
        for (const Survivor& survivor : read_survivors(in)) reservoir.offer(survivor);
}

ScreeningResult ScreeningPart::result() const {
    ScreeningResult result;
    result.samples = samples_;
    result.infeasible = infeasible_;
    result.histogram = histogram_;
    result.histogram_upper_ms = histogram_upper_ms_;
    result.overflow = overflow_;
    result.counts = counts_;
    for (const BucketReservoir& reservoir : reservoirs_) result.survivors.push_back(reservoir.survivors());
    return result;
}

void write_result(ByteWriter& out, const ScreeningResult& result) {
    out.number(result.samples);
    out.number(result.infeasible);
    out.vector(result.histogram);
    out.number(result.histogram_upper_ms);
    out.number(result.overflow);
    out.vector(result.counts);
    for (const auto& survivors : result.survivors) write_survivors(out, survivors);
    out.number(static_cast<std::uint8_t>(result.stopped));
}

ScreeningResult read_result(ByteReader& in) {
    ScreeningResult result;
    result.samples = in.number<std::uint64_t>();
    result.infeasible = in.number<std::uint64_t>();
    result.histogram = in.vector<std::uint64_t>();
    result.histogram_upper_ms = in.number<double>();
    result.overflow = in.number<std::uint64_t>();
    result.counts = in.vector<std::uint64_t>();
    for (std::size_t b = 0; b < result.counts.size(); ++b) result.survivors.push_back(read_survivors(in));
    result.stopped = in.number<std::uint8_t>() != 0;
    return result;
}

}  // namespace hpnas

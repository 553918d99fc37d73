#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/sched/reservoir.hpp"
#include "hpnas/sched/screening.hpp"
#include "hpnas/store/byte_stream.hpp"

namespace hpnas {

/// What was found in some part of the samples. Parts of disjoint index sets merge, in any order, into the part of their
/// union.
class ScreeningPart {
public:
    explicit ScreeningPart(const ScreeningOptions& options);

    /// Looks at the Sobol points begin .. end - 1. Cost: one XOR, one multiplication per decision and the latency
    /// lookup each.
    void look_at(const ScreeningSpace& space, std::uint64_t begin, std::uint64_t end);
    void merge(const ScreeningPart& other);
    ScreeningResult result() const;

    /// Bytes for another rank, and merging what another rank wrote.
    void write(ByteWriter& out) const;
    void merge(ByteReader& in);

private:
    void count(double latency_ms) noexcept;
    void offer(const ScreeningSpace& space, const Encoding& encoding, double latency_ms, std::uint64_t sample);

    std::uint64_t seed_;
    double histogram_upper_ms_;
    double bins_per_ms_;
    std::uint64_t samples_ = 0;
    std::uint64_t infeasible_ = 0;
    std::uint64_t overflow_ = 0;
    std::vector<std::uint64_t> histogram_;
    std::vector<std::uint64_t> counts_;
    std::vector<BucketReservoir> reservoirs_;
};

/// Bytes of a result, for the broadcast.
void write_result(ByteWriter& out, const ScreeningResult& result);
ScreeningResult read_result(ByteReader& in);

}  // namespace hpnas

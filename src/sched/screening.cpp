#include "hpnas/sched/screening.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <string>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/sched/screening_part.hpp"
#include "hpnas/sched/stop.hpp"
#include "hpnas/strategy/sobol_sequence.hpp"

namespace hpnas {
namespace {

/// Samples between two looks at the stop request: some ten milliseconds.
constexpr std::uint64_t chunk = 1 << 14;

enum class Verdict : std::uint8_t { ok = 0, stopped = 1, error = 2 };

void check(const ScreeningSpace& space, const ScreeningOptions& options) {
    if (space.decisions.empty()) throw ConfigError("screening: the space has no decisions");
    if (options.samples == 0 || options.samples > SobolSequence::length)
        throw ConfigError(
            fmt::format("screening.samples: expected 1 to {}, got {}", SobolSequence::length, options.samples));
    if (options.buckets.empty()) throw ConfigError("screening.buckets: expected at least one");
    for (const LatencyBucket& bucket : options.buckets)
        if (!(bucket.lower_ms >= 0 && bucket.lower_ms < bucket.upper_ms))
            throw ConfigError(fmt::format("screening.buckets: expected 0 <= lower < upper, got [{}, {}) ms",
                                          bucket.lower_ms, bucket.upper_ms));
}

/// What this rank's threads found in begin .. end - 1.
class RankScreening {
public:
    RankScreening(const ScreeningSpace& space, const ScreeningOptions& options, StopToken& stop)
        : space_(space), options_(options), stop_(stop), part_(options) {}

    void look_at(std::uint64_t begin, std::uint64_t end) {
        next_ = begin;
#pragma omp parallel
        {
            ScreeningPart mine(options_);
            try {
                look_at_chunks(mine, end);
            } catch (...) {
                const std::scoped_lock lock(mutex_);
                failure_ = std::current_exception();
                halt_ = true;
            }
            const std::scoped_lock lock(mutex_);
            part_.merge(mine);
        }
        if (failure_) std::rethrow_exception(failure_);
        if (stop_.requested()) stopped_ = true;  // the other threads may have left nothing to do for the one that asks
    }

    const ScreeningPart& part() const noexcept { return part_; }
    bool stopped() const noexcept { return stopped_; }

private:
    void look_at_chunks(ScreeningPart& mine, std::uint64_t end) {
        while (!halt_) {
            if (omp_get_thread_num() == 0 && stop_.requested())
                stopped_ = halt_ = true;  // the token belongs to one thread
            const std::uint64_t begin = next_.fetch_add(chunk);
            if (begin >= end) return;
            mine.look_at(space_, begin, std::min(begin + chunk, end));
        }
    }

    const ScreeningSpace& space_;
    const ScreeningOptions& options_;
    StopToken& stop_;
    ScreeningPart part_;
    std::mutex mutex_;
    std::atomic<std::uint64_t> next_{0};
    std::atomic<bool> halt_{false};
    std::atomic<bool> stopped_{false};
    std::exception_ptr failure_;
};

std::string error_bytes(ExitCode code, const std::string& text) {
    ByteWriter out;
    out.number(static_cast<std::uint8_t>(Verdict::error));
    out.number(static_cast<std::int32_t>(code));
    out.text(text);
    return out.bytes();
}

/// This rank's share as bytes, errors included: a rank that threw here would leave the others waiting.
std::string rank_bytes(const ScreeningSpace& space, const ScreeningOptions& options, Communicator& comm,
                       StopToken& stop) {
    try {
        check(space, options);
        const auto share = [&](int rank) {
            return options.samples * static_cast<std::uint64_t>(rank) / static_cast<std::uint64_t>(comm.size());
        };
        RankScreening mine(space, options, stop);
        mine.look_at(share(comm.rank()), share(comm.rank() + 1));
        ByteWriter out;
        out.number(static_cast<std::uint8_t>(mine.stopped() ? Verdict::stopped : Verdict::ok));
        mine.part().write(out);
        return out.bytes();
    } catch (const Error& error) {
        return error_bytes(error.exit_code(), error.what());
    } catch (const std::exception& error) {
        return error_bytes(ExitCode::internal, error.what());
    }
}

/// Bytes of the common result, or of the first rank's error.
std::string merged(const std::vector<std::string>& parts, const ScreeningOptions& options) {
    for (const std::string& bytes : parts)
        if (static_cast<Verdict>(bytes.front()) == Verdict::error) return bytes;
    ScreeningPart all(options);
    bool stopped = false;
    for (const std::string& bytes : parts) {
        ByteReader in(bytes, "screening part");
        stopped = static_cast<Verdict>(in.number<std::uint8_t>()) == Verdict::stopped || stopped;
        all.merge(in);
    }
    ScreeningResult result = all.result();
    result.stopped = stopped;
    ByteWriter out;
    out.number(static_cast<std::uint8_t>(Verdict::ok));
    write_result(out, result);
    return out.bytes();
}

}  // namespace

ScreeningResult screen(const ScreeningSpace& space, const ScreeningOptions& options, Communicator& comm,
                       StopToken& stop) {
    const std::vector<std::string> parts = comm.gather(rank_bytes(space, options, comm, stop));
    const std::string bytes = comm.broadcast(comm.is_root() ? merged(parts, options) : std::string());
    ByteReader in(bytes, "screening result");
    if (static_cast<Verdict>(in.number<std::uint8_t>()) == Verdict::error) {
        const auto code = static_cast<ExitCode>(in.number<std::int32_t>());
        throw Error(code, in.text());
    }
    return read_result(in);
}

}  // namespace hpnas

#pragma once
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "hpnas/core/units.hpp"

namespace hpnas {

/// Routes SIGUSR1, SIGUSR2, SIGTERM and SIGINT to StopToken while it lives, then restores what was there. Install it
/// after MPI_Init (which sets its own handlers); one at a time. The handler only sets a flag; a second SIGINT or
/// SIGTERM ends the process at once with 128 + signal.
class SignalGuard {
public:
    SignalGuard();
    ~SignalGuard();
    SignalGuard(const SignalGuard&) = delete;
    SignalGuard& operator=(const SignalGuard&) = delete;
};

/// Whether this rank was asked to stop: by a signal, a stop file, the time limit or the program. The scheduler makes
/// all ranks agree. Once requested it stays so.
class StopToken {
public:
    using Clock = std::chrono::steady_clock;
    struct Options {
        std::filesystem::path stop_file;            ///< e.g. RUN/STOP; looked for every half second; empty: none
        std::optional<Clock::time_point> deadline;  ///< end of the job's time (now + remaining_time())
        Seconds margin{30};                         ///< kept between the stop and the deadline
    };
    StopToken() = default;
    explicit StopToken(Options options) : options_(std::move(options)) {}

    /// Cheap enough for every step: reads a flag, and the clock.
    bool requested();
    void request(std::string reason);
    /// "signal 10 (User defined signal 1)", "stop file run/STOP", "time limit"; empty if not requested.
    const std::string& reason() const noexcept { return reason_; }
    /// Tells how long a step that cannot be interrupted took (time between polls, publication): the time limit is kept
    /// with twice the longest of them plus the margin to spare.
    void note_step(Seconds step) noexcept;

private:
    bool stop_file_exists(Clock::time_point now);

    Options options_;
    Seconds longest_step_{0};
    Clock::time_point next_look_{};
    std::string reason_;
};

}  // namespace hpnas

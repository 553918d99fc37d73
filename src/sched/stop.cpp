#include "hpnas/sched/stop.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <system_error>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

// Mutable globals, for once: a signal handler can reach nothing else, and handlers belong to the process.
volatile std::sig_atomic_t pending_signal = 0;

constexpr std::array<int, 4> handled{SIGUSR1, SIGUSR2, SIGTERM, SIGINT};
std::array<struct sigaction, 4> previous_actions;
bool installed = false;

extern "C" void on_signal(int number) {
    // A user who asks twice, or a scheduler that is about to kill us, is not kept waiting.
    if ((number == SIGINT || number == SIGTERM) && (pending_signal == SIGINT || pending_signal == SIGTERM))
        ::_exit(128 + number);
    pending_signal = number;
}

}  // namespace

SignalGuard::SignalGuard() {
    if (installed) throw InternalError("signal handlers are installed already");
    installed = true;
    pending_signal = 0;
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &action, &previous_actions[i]);
}

SignalGuard::~SignalGuard() {
    for (std::size_t i = 0; i < handled.size(); ++i) ::sigaction(handled[i], &previous_actions[i], nullptr);
    pending_signal = 0;
    installed = false;
}

bool StopToken::requested() {
    if (!reason_.empty()) return true;
    if (const int number = pending_signal; number != 0) {
        reason_ = fmt::format("signal {} ({})", number, ::strsignal(number));
        return true;
    }
    const Clock::time_point now = Clock::now();
    if (options_.deadline && *options_.deadline - now < 2 * longest_step_ + options_.margin) reason_ = "time limit";
    if (reason_.empty() && stop_file_exists(now)) reason_ = fmt::format("stop file {}", options_.stop_file.string());
    return !reason_.empty();
}

void StopToken::request(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
}

void StopToken::note_step(Seconds step) noexcept { longest_step_ = std::max(longest_step_, step); }

bool StopToken::stop_file_exists(Clock::time_point now) {
    if (options_.stop_file.empty() || now < next_look_) return false;
    next_look_ = now + std::chrono::milliseconds(500);
    std::error_code ignored;  // an unreachable file system is no request to stop
    return std::filesystem::exists(options_.stop_file, ignored);
}

}  // namespace hpnas

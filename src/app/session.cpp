#include "hpnas/app/session.hpp"

#include <fmt/core.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <optional>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/comm/parallel_environment.hpp"
#include "hpnas/sched/stop.hpp"

namespace hpnas {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::info;
}

/// Standard error, whole lines with time, level and, where there are several, the rank.
Log make_log(const Communicator& comm, LogLevel level) {
    auto logger = std::make_shared<spdlog::logger>("hpnas", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    const std::string rank = comm.size() > 1 ? fmt::format("rank {} ", comm.rank()) : "";
    logger->set_pattern("%Y-%m-%dT%H:%M:%S%z %^%l%$ " + rank + "%v");
    logger->set_level(spdlog_level(comm.is_root() ? level : std::max(level, LogLevel::warning)));
    return Log([logger](LogLevel at, std::string_view text) { logger->log(spdlog_level(at), text); });
}

/// An error as it travels between ranks: its exit code, a colon, its message. Empty: none.
std::string encode(const Error& error) {
    return fmt::format("{}:{}", static_cast<int>(error.exit_code()), error.what());
}

}  // namespace

void collectively(Communicator& comm, const std::function<void()>& step) {
    std::string mine;
    try {
        step();
    } catch (const Error& error) {
        mine = encode(error);
    } catch (const std::exception& error) {
        mine = encode(InternalError(std::string("internal error: ") + error.what()));
    }
    for (const std::string& failure : comm.all_gather(mine)) {
        if (failure.empty()) continue;
        const std::size_t colon = failure.find(':');
        throw AgreedError(static_cast<ExitCode>(std::stoi(failure.substr(0, colon))), failure.substr(colon + 1));
    }
}

ExitCode in_session(const Command& command, const std::function<ExitCode(Session&)>& body) {
    std::optional<SignalGuard> signals;  // outlives MPI: a signal while it shuts down must not change the exit code
    ParallelEnvironment environment;
    signals.emplace();
    Communicator& comm = environment.world();
    Session session{comm, make_log(comm, command.log_level), comm.is_root()};
    try {
        return body(session);
    } catch (const AgreedError& error) {
        if (session.root) fmt::print(stderr, "hpnas: {}\n", error.what());
        return error.exit_code();
    } catch (const Error& error) {
        fmt::print(stderr, "hpnas: rank {}: {}\n", comm.rank(), error.what());
        if (comm.size() > 1) comm.abort(static_cast<int>(error.exit_code()));
        return error.exit_code();
    } catch (const std::exception& error) {
        fmt::print(stderr, "hpnas: rank {}: internal error: {}\n", comm.rank(), error.what());
        if (comm.size() > 1) comm.abort(static_cast<int>(ExitCode::internal));
        return ExitCode::internal;
    }
}

}  // namespace hpnas

#pragma once
#include <fmt/core.h>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace hpnas {

enum class LogLevel : int { debug = 0, info = 1, warning = 2, error = 3 };

/// Where library code reports what it does. The program injects the sink (spdlog on rank 0); the default swallows
/// everything. Copies share the sink. Not thread safe unless the sink is.
class Log {
public:
    using Sink = std::function<void(LogLevel, std::string_view)>;
    Log() = default;
    explicit Log(Sink sink) : sink_(std::move(sink)) {}

    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::debug, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::info, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::warning, text, std::forward<Args>(args)...);
    }
    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) const {
        write(LogLevel::error, text, std::forward<Args>(args)...);
    }

private:
    template <class... Args>
    void write(LogLevel level, fmt::format_string<Args...> text, Args&&... args) const {
        if (sink_) sink_(level, fmt::format(text, std::forward<Args>(args)...));
    }
    Sink sink_;
};

}  // namespace hpnas

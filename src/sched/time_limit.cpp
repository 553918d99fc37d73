#include "hpnas/sched/time_limit.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

namespace hpnas {
namespace {

std::optional<long> whole_number(std::string_view text) {
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<Seconds> slurm_time(const JobEnvironment& environment) {
    const auto job = environment.variable("SLURM_JOB_ID");
    if (!job || !whole_number(*job)) return std::nullopt;  // anything but digits must not reach a shell
    if (const auto end = environment.variable("SLURM_JOB_END_TIME"))
        if (const auto utc = whole_number(*end)) return Seconds(static_cast<double>(*utc) - environment.utc());
    return parse_slurm_time(environment.run("squeue -h -j " + *job + " -o %L 2>/dev/null"));
}

}  // namespace

std::optional<Seconds> parse_slurm_time(std::string_view text) {
    text = trimmed(text);
    long days = 0;
    if (const auto dash = text.find('-'); dash != std::string_view::npos) {
        const auto value = whole_number(text.substr(0, dash));
        if (!value) return std::nullopt;
        days = *value;
        text.remove_prefix(dash + 1);
    }
    long seconds = 0;
    for (int parts = 0; parts < 3; ++parts) {
        const auto colon = text.find(':');
        const auto value = whole_number(text.substr(0, colon));
        if (!value) return std::nullopt;
        seconds = seconds * 60 + *value;
        if (colon == std::string_view::npos) return Seconds(static_cast<double>(days * 86400 + seconds));
        text.remove_prefix(colon + 1);
    }
    return std::nullopt;
}

JobEnvironment system_environment() {
    JobEnvironment environment;
    environment.variable = [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    environment.run = [](const std::string& command) {
        std::string output;
        FILE* pipe = ::popen(command.c_str(), "r");
        if (pipe == nullptr) return output;
        std::array<char, 256> part{};
        while (std::fgets(part.data(), static_cast<int>(part.size()), pipe) != nullptr) output += part.data();
        ::pclose(pipe);
        return output;
    };
    environment.utc = [] {
        return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
    };
    return environment;
}

std::optional<Seconds> remaining_time(std::optional<Seconds> max_time, const JobEnvironment& environment) {
    const std::optional<Seconds> job = slurm_time(environment);
    if (!job) return max_time;
    return max_time ? std::min(*max_time, *job) : job;
}

}  // namespace hpnas

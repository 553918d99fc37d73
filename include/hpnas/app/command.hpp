#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/core/log.hpp"

namespace hpnas {

/// The command line, parsed but not judged: what each sub-command needs of it.
struct Command {
    std::string name;  ///< "search", "latency", "describe", "info", "list"
    std::string line;  ///< the command line as typed, for provenance

    std::string config;             ///< search, latency: the YAML file
    std::vector<std::string> sets;  ///< search, latency: --set a.b=value, in order
    std::optional<std::int64_t> seed;
    std::optional<std::string> output;
    std::optional<double> max_time_s;
    bool check = false;      ///< validate and estimate only
    bool overwrite = false;  ///< discard an earlier run in the output directory
    LogLevel log_level = LogLevel::info;

    std::string latency_action;      ///< latency: build, report, import, export or merge
    std::vector<std::string> files;  ///< latency import/export/merge, info: file arguments

    std::string space = "gpunet";  ///< describe
    std::string arch;
    std::string space_options;  ///< describe: YAML map of the space's options
    std::int64_t classes = 1000;
    bool json = false;

    std::string family;  ///< list
};

/// @return nothing if there is nothing left to do (--help, --version were answered); exit_code says how to leave then
std::optional<Command> parse_command_line(int argc, char** argv, ExitCode& exit_code);

/// The sub-commands. Each prints its result to standard output and returns the exit code; errors are thrown.
ExitCode search_command(const Command& command);
ExitCode latency_command(const Command& command);
ExitCode describe_command(const Command& command);
ExitCode info_command(const Command& command);
ExitCode list_command(const Command& command);

}  // namespace hpnas

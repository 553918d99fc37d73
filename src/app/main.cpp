#include <fmt/core.h>

#include <cstdio>
#include <exception>

#include "hpnas/app/command.hpp"

namespace hpnas {
namespace {

ExitCode dispatch(const Command& command) {
    if (command.name == "search") return search_command(command);
    if (command.name == "train") return train_command(command);
    if (command.name == "evaluate") return evaluate_command(command);
    if (command.name == "score") return score_command(command);
    if (command.name == "latency") return latency_command(command);
    if (command.name == "data") return data_command(command);
    if (command.name == "export") return export_command(command);
    if (command.name == "export-weights" || command.name == "import-weights") return weights_command(command);
    if (command.name == "describe") return describe_command(command);
    if (command.name == "info") return info_command(command);
    return list_command(command);
}

}  // namespace
}  // namespace hpnas

int main(int argc, char** argv) {
    using hpnas::ExitCode;
    ExitCode code = ExitCode::ok;
    try {
        const auto command = hpnas::parse_command_line(argc, argv, code);
        if (command) code = hpnas::dispatch(*command);
    } catch (const hpnas::Error& error) {
        fmt::print(stderr, "hpnas: {}\n", error.what());
        code = error.exit_code();
    } catch (const std::exception& error) {
        fmt::print(stderr, "hpnas: internal error: {}\n", error.what());
        code = ExitCode::internal;
    }
    return static_cast<int>(code);
}

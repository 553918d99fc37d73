#include <fmt/core.h>

#include "hpnas/app/command.hpp"
#include "hpnas/app/network_source.hpp"

namespace hpnas {

ExitCode weights_command(const Command& command) {
    NetworkSource source = open_network(command);
    Parameters parameters(source.network);
    const std::string weights = load_parameters(command, source, parameters);
    save_weights(*command.output, source.network, parameters, source.facts, source.inputs.words());
    fmt::print("{}: {} tensors, {} parameters of {} {}\n{}\n", *command.output, parameters.entries().size(),
               source.network.cost().parameters, source.space->name(), fact(source.facts, "arch"), weights);
    return ExitCode::ok;
}

}  // namespace hpnas

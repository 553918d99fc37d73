#include "hpnas/space/describe.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "hpnas/app/command.hpp"
#include "hpnas/app/space_option.hpp"
#include "hpnas/space/builtin.hpp"

namespace hpnas {
namespace {

std::unique_ptr<SearchSpace> make_space(const Command& command) {
    Diagnostics diagnostics;
    TaskShape task;
    task.classes = command.classes;
    auto space =
        spaces().make(space_node(command.space, command.space_options, "--options"), "space", diagnostics, task);
    diagnostics.throw_if_any();
    return space;
}

void print_table(const SearchSpace& space, const Encoding& x, const Description& network) {
    fmt::print("space       {}\narch        {}\n            {}\n", space.name(), space.format(x),
               space.format_values(x));
    for (const auto& [name, shape] : network.inputs) fmt::print("input       {} {}\n", name, to_string(shape));
    fmt::print("params      {}\nMACs        {}\n", network.total.parameters, network.total.macs);
    const std::vector<double> counts = space.count(x);
    for (std::size_t i = 0; i < counts.size(); ++i)
        fmt::print("{:<11} {} ({})\n", space.counts()[i].name, counts[i], space.counts()[i].doc);
    fmt::print("activations {} bytes per image, {} bytes at most at a time (float32)\n\n",
               network.total.activation_bytes, network.total.peak_bytes);
    fmt::print("{:<22} {:<52} {:<16} {:<16} {:>11} {:>14}\n", "block", "configuration", "input", "output", "params",
               "MACs");
    for (const BlockRow& row : network.rows)
        fmt::print("{:<22} {:<52} {:<16} {:<16} {:>11} {:>14}\n", row.name, row.key, to_string(row.input),
                   to_string(row.output), row.parameters, row.macs);
}

void print_json(const SearchSpace& space, const Encoding& x, const Description& network) {
    const auto sizes = [](const Shape& shape) { return std::vector<std::int64_t>(shape.begin(), shape.end()); };
    nlohmann::ordered_json json{{"space", space.name()},
                                {"arch", space.format(x)},
                                {"values", space.format_values(x)},
                                {"inputs", nlohmann::ordered_json::array()},
                                {"resolution", network.resolution},
                                {"params", network.total.parameters},
                                {"macs", network.total.macs},
                                {"activation_bytes", network.total.activation_bytes},
                                {"peak_activation_bytes", network.total.peak_bytes},
                                {"layers", nlohmann::ordered_json::array()}};
    for (const auto& [name, shape] : network.inputs)
        json["inputs"].push_back({{"name", name}, {"shape", sizes(shape)}});
    const std::vector<double> counts = space.count(x);
    for (std::size_t i = 0; i < counts.size(); ++i) json[space.counts()[i].name] = counts[i];
    for (const BlockRow& row : network.rows)
        json["layers"].push_back({{"name", row.name},
                                  {"configuration", row.key},
                                  {"input", sizes(row.input)},
                                  {"output", sizes(row.output)},
                                  {"params", row.parameters},
                                  {"macs", row.macs},
                                  {"activation_bytes", row.activation_bytes}});
    fmt::print("{}\n", json.dump(2));
}

}  // namespace

ExitCode describe_command(const Command& command) {
    const auto space = make_space(command);
    const Encoding x = space->canonical(space->parse(command.arch));
    const Description network = describe(space->decode(x));
    (command.json ? print_json : print_table)(*space, x, network);
    return ExitCode::ok;
}

}  // namespace hpnas

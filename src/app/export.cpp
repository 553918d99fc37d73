#include <fmt/core.h>

#include <filesystem>

#include "hpnas/app/command.hpp"
#include "hpnas/app/network_source.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/export/onnx.hpp"
#include "hpnas/graph/passes.hpp"

namespace hpnas {
namespace {

OnnxOptions onnx_options(const Command& command, const NetworkSource& source) {
    OnnxOptions options;
    options.fold = command.fold;
    options.batch = command.onnx_batch == "dynamic" ? 0 : std::stoll(command.onnx_batch);
    options.layout = command.onnx_layout == "nchw" ? ImageLayout::nchw : ImageLayout::nhwc;
    options.name = std::string(source.space->name());
    options.producer_version = program_version();
    for (const auto& [name, value] : source.facts) options.metadata.emplace_back("hpnas." + name, value);
    options.metadata.emplace_back("hpnas.batch_norm", command.fold ? "folded" : "kept");
    return options;
}

}  // namespace

ExitCode export_command(const Command& command) {
    NetworkSource source = open_network(command);
    Parameters parameters(source.network);
    const std::string weights = load_parameters(command, source, parameters);
    const Network network = without_auxiliary(source.network);
    save_onnx(command.onnx, network, parameters, onnx_options(command, source));
    const Cost cost = network.cost();
    fmt::print("{}: {} of {}, {} parameters, {} MACs, {} bytes; opset {}, batch {}, {}, batch norm {}\n", command.onnx,
               fact(source.facts, "arch"), source.space->name(), cost.parameters, cost.macs,
               std::filesystem::file_size(command.onnx), onnx_opset, command.onnx_batch, command.onnx_layout,
               command.fold ? "folded" : "kept");
    fmt::print("{}\n", weights);
    return ExitCode::ok;
}

}  // namespace hpnas

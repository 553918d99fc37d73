#include "hpnas/train/token_inputs.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

const Shape& input_of(const Network& network, std::size_t i) { return network.node(network.inputs()[i]).shape; }

}  // namespace

std::int64_t sequence_of(const Network& network) { return input_of(network, 0)[0]; }

void check_token_inputs(std::string_view task, const Network& network) {
    if (network.inputs().empty() || network.inputs().size() > 2)
        throw ShapeError(
            fmt::format("{}: expected a network with inputs tokens [L] and possibly segments [L], got {} "
                        "inputs",
                        task, network.inputs().size()));
    for (std::size_t i = 0; i < network.inputs().size(); ++i)
        if (input_of(network, i).rank() != 1 || input_of(network, i) != input_of(network, 0))
            throw ShapeError(
                fmt::format("{}: expected inputs of tokens [L], got {}", task, to_string(input_of(network, i))));
}

void check_output(std::string_view task, const Network& network, const Shape& expected, std::string_view meaning) {
    if (network.outputs().size() != 1)
        throw ShapeError(fmt::format("{}: expected a network with one output, got {}", task, network.outputs().size()));
    const Shape& output = network.node(network.outputs()[0]).shape;
    if (output != expected)
        throw ShapeError(fmt::format("{}: expected an output {}, {}, got {}", task, to_string(expected), meaning,
                                     to_string(output)));
}

const TokenBatch& fill_tokens(TokenLoader& loader, std::int64_t epoch, std::int64_t index, Executor& executor,
                              std::size_t n_inputs) {
    return loader.fill(epoch, index, executor.input(0), n_inputs > 1 ? executor.input(1) : std::span<float>());
}

}  // namespace hpnas

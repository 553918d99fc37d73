#pragma once
#include <cstdint>
#include <string_view>

#include "hpnas/data/token_loader.hpp"
#include "hpnas/graph/network.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// Tokens that a network of texts reads.
std::int64_t sequence_of(const Network& network);
/// @throws ShapeError unless the network reads tokens [L] and possibly segments [L]
void check_token_inputs(std::string_view task, const Network& network);
/// @param meaning  of the output's values, for the message. @throws ShapeError unless there is one output of that shape
void check_output(std::string_view task, const Network& network, const Shape& expected, std::string_view meaning);
/// Fills tokens and, if the network reads them, segments.
const TokenBatch& fill_tokens(TokenLoader& loader, std::int64_t epoch, std::int64_t index, Executor& executor,
                              std::size_t n_inputs);

}  // namespace hpnas

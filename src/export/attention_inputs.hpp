#pragma once
#include <vector>

#include "hpnas/graph/network.hpp"

namespace hpnas {

/// How an attention divides the channels that one of its inputs has.
struct AttentionInput {
    std::int64_t parts = 1;  ///< equal ones: queries, keys, values (3); keys, values (2); or one alone
    std::int64_t heads = 0;  ///< of each part; 0: no attention reads the value
};

/// [nodes] What attentions read, by the node that makes it.
std::vector<AttentionInput> attention_inputs(const Network& network);

}  // namespace hpnas

#pragma once
#include <cstring>
#include <string_view>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/train/tree_sum.hpp"

namespace hpnas {

/// All ranks of `comm` as ranks of one training; refers to it.
inline TrainingRanks training_ranks(Communicator& comm) {
    const auto bytes = [](std::span<const float> values) {
        return std::string_view(reinterpret_cast<const char*>(values.data()), values.size_bytes());
    };
    const auto unpack = [](std::string_view message, std::span<float> values) {
        if (message.size() != values.size_bytes()) throw CommError("training: ranks differ in the network they train");
        std::memcpy(values.data(), message.data(), values.size_bytes());
    };
    constexpr int tag = 0;
    TrainingRanks ranks{.rank = comm.rank(), .count = comm.size()};
    ranks.send = [&comm, bytes](std::int64_t to, std::span<const float> values) {
        comm.send(bytes(values), static_cast<int>(to), tag);
    };
    ranks.receive = [&comm, unpack](std::int64_t from, std::span<float> values) {
        unpack(comm.receive(static_cast<int>(from), tag).bytes, values);
    };
    ranks.broadcast = [&comm, bytes, unpack](std::span<float> values) {
        unpack(comm.broadcast(bytes(values)), values);
    };
    ranks.add = [&comm](std::span<double> values) { comm.sum(values); };
    return ranks;
}

}  // namespace hpnas

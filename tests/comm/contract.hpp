#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {

/// What every communicator must do, called on all ranks of one; throws at the first broken promise.
inline void require(bool condition, const std::string& promise) {
    if (!condition) throw std::runtime_error("broken: " + promise);
}

inline void check_messages(Communicator& comm) {
    const int n = comm.size();
    const int next = (comm.rank() + 1) % n;
    const int previous = (comm.rank() + n - 1) % n;
    const std::string large(3 << 20, static_cast<char>('a' + comm.rank() % 26));  // more than MPI sends eagerly
    comm.send("first", next, 7);
    comm.send(large, next, 8);
    comm.send("", next, 7);
    const Message big = comm.receive(previous, 8);
    require(big.bytes == std::string(3 << 20, static_cast<char>('a' + previous % 26)), "a large message arrives whole");
    const Message one = comm.receive(previous, 7);
    require(one.bytes == "first" && one.source == previous && one.tag == 7, "messages of one tag arrive in order");
    require(comm.receive().bytes.empty(), "an empty message arrives");
    require(!comm.poll(), "no message is left");
}

inline void check_collectives(Communicator& comm) {
    const int n = comm.size();
    for (int root = 0; root < n; ++root) {
        require(comm.broadcast("of " + std::to_string(comm.rank()), root) == "of " + std::to_string(root),
                "broadcast of any root");
        const auto all = comm.gather(std::string(static_cast<std::size_t>(comm.rank()), 'x'), root);
        require(all.size() == (comm.rank() == root ? static_cast<std::size_t>(n) : 0U),
                "gather gives all to the root only");
        for (std::size_t r = 0; r < all.size(); ++r)
            require(all[r] == std::string(r, 'x'), "gather keeps the rank order");
    }
    const auto all = comm.all_gather(std::to_string(comm.rank()));
    require(all.size() == static_cast<std::size_t>(n) && all.back() == std::to_string(n - 1),
            "all_gather gives all to all");
}

inline void check_sum(Communicator& comm) {
    // 1e16 + 1 is not a double: the ordered sum of {1e16, 1, 1, ...} stays 1e16, any other order of four or more ranks
    // does not.
    std::vector<double> values{comm.rank() == 0 ? 1e16 : 1.0, static_cast<double>(comm.rank())};
    comm.sum(values);
    require(values[0] == 1e16, "sums are added in rank order");
    require(values[1] == comm.size() * (comm.size() - 1) / 2.0, "sums are complete");
    std::vector<float> none;
    comm.sum(none);
    // Many values: 2^24 + 1 is no float, so sums in rank order stay at 2^24; and none of the slices is mixed up.
    std::vector<float> many(10007);
    for (std::size_t i = 0; i < many.size(); ++i)
        many[i] = i % 2 == 0 ? (comm.rank() == 0 ? 16777216.0F : 1.0F) : static_cast<float>(i);
    comm.sum(many);
    for (std::size_t i = 0; i < many.size(); ++i)
        require(many[i] == (i % 2 == 0 ? 16777216.0F : static_cast<float>(i * static_cast<std::size_t>(comm.size()))),
                "sums of many values are added in rank order, each in its place");
}

inline void check_polling_across_collectives(Communicator& comm) {
    // A rank that runs ahead into a collective operation must not be mistaken for one that sent a message.
    if (comm.rank() != 0) {
        comm.broadcast("", 0);
        comm.send("late", 0, 3);
    } else {
        require(!comm.poll(), "collective traffic is no message");
        comm.broadcast("", 0);
        for (int r = 1; r < comm.size(); ++r)
            require(comm.receive(Communicator::any, 3).bytes == "late", "then messages arrive");
    }
    comm.barrier();
}

inline void check_nodes(Communicator& comm) {
    require(comm.node_rank() >= 0 && comm.node_rank() < comm.node_size() && comm.node_size() <= comm.size(),
            "ranks of a node");
    require(comm.node_index() >= 0 && comm.node_index() < comm.n_nodes(), "nodes are numbered");
}

inline void check_communicator(Communicator& comm) {
    check_messages(comm);
    check_collectives(comm);
    check_sum(comm);
    check_polling_across_collectives(comm);
    check_nodes(comm);
}

}  // namespace hpnas

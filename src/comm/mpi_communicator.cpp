#ifdef HPNAS_MPI
#include "mpi_communicator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>

#include "hpnas/core/error.hpp"

namespace hpnas {

MpiCommunicator::MpiCommunicator()
    : channels_{boost::mpi::communicator(MPI_COMM_WORLD, boost::mpi::comm_duplicate),
                boost::mpi::communicator(MPI_COMM_WORLD, boost::mpi::comm_duplicate)},
      rank_(channels_[0].rank()),
      size_(channels_[0].size()) {
    find_nodes();
}

MpiCommunicator::~MpiCommunicator() {
    for (Outgoing& message : outgoing_) message.request.wait();
}

void MpiCommunicator::find_nodes() {
    MPI_Comm node = MPI_COMM_NULL;
    MPI_Comm_split_type(channels_[1], MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node);
    MPI_Comm_rank(node, &node_rank_);
    MPI_Comm_size(node, &node_size_);
    int leader = rank_;  // the lowest rank of a node stands for it
    MPI_Bcast(&leader, 1, MPI_INT, 0, node);
    MPI_Comm_free(&node);
    std::vector<int> leaders(static_cast<std::size_t>(size_));
    MPI_Allgather(&leader, 1, MPI_INT, leaders.data(), 1, MPI_INT, channels_[1]);
    const std::set<int> nodes(leaders.begin(), leaders.end());
    n_nodes_ = static_cast<int>(nodes.size());
    node_index_ = static_cast<int>(std::distance(nodes.begin(), nodes.find(leader)));
}

void MpiCommunicator::abort(int exit_code) {
    MPI_Abort(channels_[0], exit_code);
    std::_Exit(exit_code);  // MPI_Abort does not return, but does not promise it
}

void MpiCommunicator::forget_delivered() {
    outgoing_.remove_if([](Outgoing& message) { return message.request.test().has_value(); });
}

void MpiCommunicator::do_send(Channel channel, std::string_view bytes, int destination, int tag) {
    if (destination < 0 || destination >= size_)
        throw CommError(fmt::format("send: rank {} of {} does not exist", destination, size_));
    if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw CommError(
            fmt::format("send: {} bytes to rank {} are more than one message holds", bytes.size(), destination));
    forget_delivered();
    Outgoing& message = outgoing_.emplace_back();
    message.bytes = bytes;
    message.request = channels_[static_cast<std::size_t>(channel)].isend(destination, tag, message.bytes.data(),
                                                                         static_cast<int>(message.bytes.size()));
}

std::optional<Message> MpiCommunicator::do_poll(Channel channel, int source, int tag) {
    forget_delivered();
    auto& comm = channels_[static_cast<std::size_t>(channel)];
    const auto status =
        comm.iprobe(source == any ? boost::mpi::any_source : source, tag == any ? boost::mpi::any_tag : tag);
    if (!status) return std::nullopt;
    Message message{status->source(), status->tag(), {}};
    message.bytes.resize(static_cast<std::size_t>(*status->count<char>()));
    comm.recv(message.source, message.tag, message.bytes.data(), static_cast<int>(message.bytes.size()));
    return message;
}

}  // namespace hpnas
#endif

#pragma once
#include <boost/mpi/communicator.hpp>
#include <boost/mpi/environment.hpp>
#include <boost/mpi/request.hpp>
#include <array>
#include <list>
#include <string>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {

/// All ranks of an MPI job, on two duplicates of MPI_COMM_WORLD: one for messages, one for collective operations.
class MpiCommunicator final : public Communicator {
public:
    MpiCommunicator();
    /// Waits until everything sent has left.
    ~MpiCommunicator() override;
    int rank() const noexcept override { return rank_; }
    int size() const noexcept override { return size_; }
    int node_rank() const noexcept override { return node_rank_; }
    int node_size() const noexcept override { return node_size_; }
    int node_index() const noexcept override { return node_index_; }
    int n_nodes() const noexcept override { return n_nodes_; }
    [[noreturn]] void abort(int exit_code) override;

private:
    void do_send(Channel channel, std::string_view bytes, int destination, int tag) override;
    std::optional<Message> do_poll(Channel channel, int source, int tag) override;
    void find_nodes();
    void forget_delivered();

    /// A message that MPI still reads from.
    struct Outgoing {
        std::string bytes;
        boost::mpi::request request;
    };
    std::array<boost::mpi::communicator, 2> channels_;
    std::list<Outgoing> outgoing_;
    int rank_ = 0, size_ = 1, node_rank_ = 0, node_size_ = 1, node_index_ = 0, n_nodes_ = 1;
};

}  // namespace hpnas

#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hpnas {

/// Bytes that another rank sent.
struct Message {
    int source = -1;
    int tag = 0;
    std::string bytes;
};

/// A group of ranks that exchange messages. Messages from one rank to another with one tag arrive in the order sent.
/// Waiting ranks sleep rather than spin, so that they leave the cores to ranks that compute. One thread of a rank may
/// use it.
class Communicator {
public:
    static constexpr int any = -1;

    virtual ~Communicator() = default;
    virtual int rank() const noexcept = 0;
    virtual int size() const noexcept = 0;
    /// Place of this rank among the ranks of its node, their number, and the number of this node among the nodes.
    virtual int node_rank() const noexcept = 0;
    virtual int node_size() const noexcept = 0;
    virtual int node_index() const noexcept = 0;
    virtual int n_nodes() const noexcept = 0;
    bool is_root() const noexcept { return rank() == 0; }

    /// Copies the bytes and returns at once, whether or not the receiver is ready. @param tag  in [0, 32767]
    void send(std::string_view bytes, int destination, int tag) { do_send(Channel::messages, bytes, destination, tag); }
    /// A message that has arrived, if there is one.
    std::optional<Message> poll(int source = any, int tag = any) { return do_poll(Channel::messages, source, tag); }
    /// Waits for a message. @throws CommError if the group broke down meanwhile
    Message receive(int source = any, int tag = any) { return wait(Channel::messages, source, tag); }

    /// Collective operations: every rank calls them in the same order. Messages do not interfere with them.
    /// @return root's bytes, on every rank
    std::string broadcast(std::string_view bytes, int root = 0);
    /// @return bytes of all ranks in rank order on the root, nothing elsewhere
    std::vector<std::string> gather(std::string_view bytes, int root = 0);
    std::vector<std::string> all_gather(std::string_view bytes);
    void barrier();
    /// Element-wise sum over the ranks, added in rank order: the same bits for the same number of ranks.
    /// @throws CommError if the ranks give different numbers of values
    void sum(std::span<double> values);
    void sum(std::span<float> values);

    /// Ends all ranks at once with this exit code.
    [[noreturn]] virtual void abort(int exit_code) = 0;

protected:
    enum class Channel { messages, collectives };

private:
    virtual void do_send(Channel channel, std::string_view bytes, int destination, int tag) = 0;
    virtual std::optional<Message> do_poll(Channel channel, int source, int tag) = 0;
    Message wait(Channel channel, int source, int tag);
    template <class T>
    void ordered_sum(std::span<T> values);
    template <class T>
    void add_in_rank_order(std::span<T> slice);
    template <class T>
    void copy_checked(const Message& message, std::span<T> values) const;
};

/// A communicator of one rank.
std::unique_ptr<Communicator> make_serial_communicator();

}  // namespace hpnas

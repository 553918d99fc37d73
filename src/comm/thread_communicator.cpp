#include "hpnas/comm/thread_communicator.hpp"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

/// Messages on their way to one rank.
struct Mailbox {
    std::mutex mutex;
    std::array<std::deque<Message>, 2> channels;
};

struct Hub {
    explicit Hub(int n) : mailboxes(static_cast<std::size_t>(n)) {}
    std::vector<Mailbox> mailboxes;
    std::atomic<bool> broken = false;
};

class ThreadCommunicator final : public Communicator {
public:
    ThreadCommunicator(std::shared_ptr<Hub> hub, int rank) : hub_(std::move(hub)), rank_(rank) {}
    int rank() const noexcept override { return rank_; }
    int size() const noexcept override { return static_cast<int>(hub_->mailboxes.size()); }
    int node_rank() const noexcept override { return rank_; }
    int node_size() const noexcept override { return size(); }
    int node_index() const noexcept override { return 0; }
    int n_nodes() const noexcept override { return 1; }
    [[noreturn]] void abort(int exit_code) override {
        throw CommError(fmt::format("rank {} ended all ranks with exit code {}", rank_, exit_code));
    }

private:
    void do_send(Channel channel, std::string_view bytes, int destination, int tag) override {
        check();
        if (destination < 0 || destination >= size())
            throw CommError(fmt::format("send: rank {} of {} does not exist", destination, size()));
        Mailbox& box = hub_->mailboxes[static_cast<std::size_t>(destination)];
        const std::lock_guard lock(box.mutex);
        box.channels[static_cast<std::size_t>(channel)].push_back({rank_, tag, std::string(bytes)});
    }

    std::optional<Message> do_poll(Channel channel, int source, int tag) override {
        check();
        Mailbox& box = hub_->mailboxes[static_cast<std::size_t>(rank_)];
        const std::lock_guard lock(box.mutex);
        auto& queue = box.channels[static_cast<std::size_t>(channel)];
        for (auto message = queue.begin(); message != queue.end(); ++message) {
            if ((source != any && message->source != source) || (tag != any && message->tag != tag)) continue;
            Message found = std::move(*message);
            queue.erase(message);
            return found;
        }
        return std::nullopt;
    }

    void check() const {
        if (hub_->broken) throw CommError(fmt::format("rank {}: another rank failed", rank_));
    }

    std::shared_ptr<Hub> hub_;
    int rank_;
};

}  // namespace

void run_ranks(int n, const std::function<void(Communicator&)>& body) {
    auto hub = std::make_shared<Hub>(n);
    std::mutex mutex;
    std::exception_ptr first;
    const auto run = [&](int rank) {
        ThreadCommunicator comm(hub, rank);
        try {
            body(comm);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!first) first = std::current_exception();
            hub->broken = true;
        }
    };
    std::vector<std::thread> threads;
    for (int rank = 0; rank < n; ++rank) threads.emplace_back(run, rank);
    for (std::thread& thread : threads) thread.join();
    if (first) std::rethrow_exception(first);
}

std::unique_ptr<Communicator> make_serial_communicator() {
    return std::make_unique<ThreadCommunicator>(std::make_shared<Hub>(1), 0);
}

}  // namespace hpnas

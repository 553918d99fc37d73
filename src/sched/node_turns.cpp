#include "hpnas/sched/node_turns.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr int result_tag = 211;   // to rank 0: "item result", or empty: this rank has nothing more
constexpr int control_tag = 212;  // from rank 0: empty: stop; a number: the end

/// One rank's part of the work.
class NodeTurns {
public:
    NodeTurns(Communicator& comm, std::size_t n, const NodeWork& work) : comm_(comm), n_(n), work_(work) {}

    std::size_t run() {
        if (comm_.node_rank() == 0) measure();
        if (!comm_.is_root()) return finish();
        while (finished_ranks_ + 1 < comm_.size()) take(comm_.receive(Communicator::any, result_tag));
        for (int rank = 1; rank < comm_.size(); ++rank) comm_.send(std::to_string(kept_), rank, control_tag);
        return kept_;
    }

private:
    void measure() {
        const auto nodes = static_cast<std::size_t>(comm_.n_nodes());
        for (auto i = static_cast<std::size_t>(comm_.node_index()); i < n_ && !stopped(); i += nodes) {
            std::string result = work_.run(i);
            if (comm_.is_root())
                keep(i, result);
            else
                comm_.send(fmt::format("{} {}", i, result), 0, result_tag);
        }
    }

    /// Says that this rank has nothing more and waits for the end. The end has the tag of a stop, so that none is left
    /// over.
    std::size_t finish() {
        comm_.send("", 0, result_tag);
        std::string end;
        while (end.empty()) end = comm_.receive(0, control_tag).bytes;
        return number(end).value_or(0);
    }

    /// The number that `text` begins with.
    static std::optional<std::size_t> number(std::string_view text) {
        std::size_t value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        return error == std::errc{} ? std::optional(value) : std::nullopt;
    }

    bool stopped() {
        if (!comm_.is_root()) {
            stop_ = stop_ || comm_.poll(0, control_tag).has_value();
            return stop_;
        }
        while (auto message = comm_.poll(Communicator::any, result_tag)) take(*message);
        return stop_;
    }

    void take(const Message& message) {
        if (message.bytes.empty()) {
            ++finished_ranks_;
            return;
        }
        const auto i = number(message.bytes);
        const std::size_t blank = message.bytes.find(' ');
        if (!i || *i >= n_ || blank == std::string::npos)
            throw CommError(fmt::format("rank {}: malformed result", message.source));
        keep(*i, message.bytes.substr(blank + 1));
    }

    void keep(std::size_t i, const std::string& result) {
        ++kept_;
        if (work_.keep(i, result) || stop_) return;
        stop_ = true;
        for (int rank = 1; rank < comm_.size(); ++rank) comm_.send("", rank, control_tag);
    }

    Communicator& comm_;
    std::size_t n_;
    const NodeWork& work_;
    std::size_t kept_ = 0;
    int finished_ranks_ = 0;
    bool stop_ = false;
};

}  // namespace

std::size_t run_on_one_rank_per_node(Communicator& comm, std::size_t n, const NodeWork& work) {
    const std::string mine = std::to_string(n);
    for (const std::string& other : comm.all_gather(mine))
        if (other != mine)
            throw CommError(fmt::format("node turns: ranks disagree on the work: {} and {} items", mine, other));
    return NodeTurns(comm, n, work).run();
}

}  // namespace hpnas

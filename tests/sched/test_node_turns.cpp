#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <set>

#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/core/error.hpp"
#include "hpnas/sched/node_turns.hpp"

namespace hpnas {
namespace {

/// Makes a group look as if its ranks were spread over nodes of `per_node` ranks each.
class SpreadCommunicator final : public Communicator {
public:
    SpreadCommunicator(Communicator& inner, int per_node) : inner_(inner), per_node_(per_node) {}
    int rank() const noexcept override { return inner_.rank(); }
    int size() const noexcept override { return inner_.size(); }
    int node_rank() const noexcept override { return rank() % per_node_; }
    int node_size() const noexcept override { return per_node_; }
    int node_index() const noexcept override { return rank() / per_node_; }
    int n_nodes() const noexcept override { return (size() + per_node_ - 1) / per_node_; }
    [[noreturn]] void abort(int) override { throw InternalError("abort is not part of these tests"); }

private:
    // Collective operations are point-to-point messages of a high tag here.
    static constexpr int collective_tag = 20000;
    static int shifted(Channel channel, int tag) { return channel == Channel::messages ? tag : tag + collective_tag; }
    void do_send(Channel channel, std::string_view bytes, int destination, int tag) override {
        inner_.send(bytes, destination, shifted(channel, tag));
    }
    std::optional<Message> do_poll(Channel channel, int source, int tag) override {
        auto message = inner_.poll(source, shifted(channel, tag));
        if (message && channel == Channel::collectives) message->tag -= collective_tag;
        return message;
    }
    Communicator& inner_;
    int per_node_;
};

/// What a run on n ranks did.
struct Record {
    std::map<int, std::set<std::size_t>> run_by;  ///< items by rank
    std::map<std::size_t, std::string> kept;
    std::set<std::size_t> returned;
};

Record run(int ranks, int per_node, std::size_t n, std::size_t stop_after) {
    Record record;
    std::mutex mutex;
    run_ranks(ranks, [&](Communicator& inner) {
        SpreadCommunicator comm(inner, per_node);
        const NodeWork work{[&](std::size_t i) {
                                const std::lock_guard lock(mutex);
                                record.run_by[comm.rank()].insert(i);
                                return i % 2 == 0 ? std::string() : "result " + std::to_string(i);
                            },
                            [&](std::size_t i, const std::string& result) {
                                EXPECT_EQ(comm.rank(), 0);
                                const std::lock_guard lock(mutex);
                                EXPECT_TRUE(record.kept.emplace(i, result).second) << i;
                                return record.kept.size() < stop_after;
                            }};
        const std::size_t kept = run_on_one_rank_per_node(comm, n, work);
        const std::lock_guard lock(mutex);
        record.returned.insert(kept);
    });
    return record;
}

TEST(NodeTurns, OneRankOfEachNodeDoesItsShare) {
    const Record record = run(4, 2, 5, 100);
    ASSERT_EQ(record.run_by.size(), 2U);
    EXPECT_EQ(record.run_by.at(0), (std::set<std::size_t>{0, 2, 4}));
    EXPECT_EQ(record.run_by.at(2), (std::set<std::size_t>{1, 3}));
    EXPECT_EQ(record.returned, std::set<std::size_t>{5});
}

TEST(NodeTurns, EveryResultReachesRankZeroOnce) {
    for (const int ranks : {1, 2, 3, 5}) {
        const Record record = run(ranks, 1, 7, 100);
        ASSERT_EQ(record.kept.size(), 7U) << ranks;
        EXPECT_EQ(record.kept.at(4), "");  // an empty result is a result
        EXPECT_EQ(record.kept.at(5), "result 5");
    }
}

TEST(NodeTurns, StopsWhenToldAndKeepsWhatWasDone) {
    for (const int ranks : {1, 2, 4}) {
        const Record record = run(ranks, 1, 1000, 3);
        EXPECT_GE(record.kept.size(), 3U);
        std::size_t done = 0;
        for (const auto& [rank, items] : record.run_by) done += items.size();
        EXPECT_EQ(record.kept.size(), done) << ranks;  // nothing that was done is lost
        EXPECT_EQ(record.returned, std::set<std::size_t>{done});
    }
}

TEST(NodeTurns, NoItemsIsNoWork) {
    const Record record = run(3, 2, 0, 100);
    EXPECT_TRUE(record.kept.empty());
    EXPECT_EQ(record.returned, std::set<std::size_t>{0});
}

TEST(NodeTurns, CanBeRepeated) {
    run_ranks(3, [](Communicator& comm) {
        for (int turn = 0; turn < 3; ++turn) {
            std::size_t kept = 0;
            const NodeWork work{[](std::size_t) { return std::string("x"); },
                                [&](std::size_t, const std::string&) { return ++kept < 2; }};
            EXPECT_GE(run_on_one_rank_per_node(comm, 4, work), 2U);  // a stop of one turn must not reach into the next
        }
    });
}

TEST(NodeTurns, RanksMustAgree) {
    EXPECT_THROW(run_ranks(2,
                           [](Communicator& comm) {
                               run_on_one_rank_per_node(comm, static_cast<std::size_t>(comm.rank()), NodeWork{});
                           }),
                 CommError);
}

}  // namespace
}  // namespace hpnas

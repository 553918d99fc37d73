#include <gtest/gtest.h>

#include <limits>

#include "hpnas/comm/tensor_broadcast.hpp"
#include "hpnas/comm/thread_communicator.hpp"

namespace hpnas {
namespace {

TEST(BroadcastTensors, EveryRankGetsTheRootsBits) {
    const std::vector<NamedTensor> sent{
        {"weights", std::vector<float>{1.5F, std::numeric_limits<float>::denorm_min()}},
        {"none", std::vector<double>{}},
        {"logits", std::vector<double>{0.1, -1e300}},
        {"position", std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 7}}};
    run_ranks(3, [&](Communicator& comm) {
        const std::vector<NamedTensor> got =
            broadcast_tensors(comm, comm.rank() == 1 ? sent : std::vector<NamedTensor>{{"other", {}}}, 1);
        ASSERT_EQ(got.size(), sent.size());
        for (std::size_t i = 0; i < got.size(); ++i) {
            EXPECT_EQ(got[i].name, sent[i].name);
            EXPECT_EQ(got[i].values, sent[i].values);
        }
    });
}

TEST(BroadcastTensors, NothingIsNothing) {
    run_ranks(2, [](Communicator& comm) { EXPECT_TRUE(broadcast_tensors(comm, {}).empty()); });
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "comm/contract.hpp"
#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

TEST(Communicator, OneRankKeepsTheContract) { check_communicator(*make_serial_communicator()); }

TEST(Communicator, ThreadsKeepTheContract) {
    for (const int n : {1, 2, 3, 4, 7}) run_ranks(n, check_communicator);
}

TEST(Communicator, RefusesARankThatDoesNotExist) {
    EXPECT_THROW(make_serial_communicator()->send("x", 1, 0), CommError);
}

TEST(Communicator, SumRefusesDifferentNumbersOfValues) {
    const auto sum_of_unequal_parts = [](Communicator& comm) {
        std::vector<double> values(comm.rank() == 0 ? 1000 : 1, 1.0);
        comm.sum(values);
    };
    EXPECT_THROW(run_ranks(2, sum_of_unequal_parts), CommError);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/comm/thread_communicator.hpp"
#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

TEST(RunRanks, FreesTheOthersWhenOneFailsAndRethrowsItsError) {
    try {
        run_ranks(4, [](Communicator& comm) {
            if (comm.rank() == 2) throw DataError("images.bin: record 3 is short");
            comm.receive(2, 0);  // never sent
        });
        FAIL() << "the error was lost";
    } catch (const DataError& error) {
        EXPECT_STREQ(error.what(), "images.bin: record 3 is short");
    }
}

TEST(RunRanks, AbortEndsEveryRank) {
    EXPECT_THROW(run_ranks(3,
                           [](Communicator& comm) {
                               if (comm.rank() == 1) comm.abort(75);
                               comm.barrier();
                           }),
                 CommError);
}

}  // namespace
}  // namespace hpnas

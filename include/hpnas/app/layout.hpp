#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hpnas {

class Communicator;

/// Where the ranks of this job run and with how many threads.
struct Layout {
    int ranks = 1;
    int nodes = 1;
    int threads = 1;                    ///< OpenMP threads of this rank
    std::vector<std::string> hosts;     ///< [ranks]
    std::vector<std::string> affinity;  ///< [ranks] cores that each rank may use, e.g. "0-3"
    std::string warning;                ///< not empty: threads have to share cores, and how to start the job instead
};

/// Decides the number of OpenMP threads and sets it: `threads` if > 0, else OMP_NUM_THREADS, else this rank's share of
/// its cores. Collective.
Layout make_layout(Communicator& comm, std::int64_t threads);

/// Cores of a list in short form: {0, 1, 2, 3, 8} is "0-3,8".
std::string format_cores(const std::vector<int>& cores);

}  // namespace hpnas

#include "hpnas/app/layout.hpp"

#include <fmt/format.h>
#include <omp.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {
namespace {

std::vector<int> allowed_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    std::vector<int> cores;
    if (sched_getaffinity(0, sizeof set, &set) != 0) return {0};
    for (int core = 0; core < CPU_SETSIZE; ++core)
        if (CPU_ISSET(core, &set)) cores.push_back(core);
    return cores;
}

std::string host_name() {
    std::array<char, 256> name{};
    return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

/// Ranks bound to cores of their own keep them all; unbound ranks share the node's.
int share_of_cores(const Communicator& comm, int cores) {
    const bool bound = cores < static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
    return std::max(1, bound ? cores : cores / comm.node_size());
}

}  // namespace

std::string format_cores(const std::vector<int>& cores) {
    std::string text;
    for (std::size_t i = 0; i < cores.size();) {
        std::size_t end = i + 1;
        while (end < cores.size() && cores[end] == cores[end - 1] + 1) ++end;
        text += fmt::format("{}{}", text.empty() ? "" : ",", cores[i]);
        if (end - i > 1) text += fmt::format("-{}", cores[end - 1]);
        i = end;
    }
    return text;
}

Layout make_layout(Communicator& comm, std::int64_t threads) {
    const std::vector<int> cores = allowed_cores();
    const int n_cores = static_cast<int>(cores.size());
    const char* environment = std::getenv("OMP_NUM_THREADS");
    Layout layout;
    layout.threads = threads > 0              ? static_cast<int>(threads)
                     : environment != nullptr ? omp_get_max_threads()
                                              : share_of_cores(comm, n_cores);
    omp_set_num_threads(layout.threads);
    layout.ranks = comm.size();
    layout.hosts = comm.all_gather(host_name());
    layout.affinity = comm.all_gather(format_cores(cores));
    layout.nodes = static_cast<int>(std::set<std::string>(layout.hosts.begin(), layout.hosts.end()).size());
    if (layout.threads > n_cores)
        layout.warning = fmt::format("{} threads of a rank share {} core(s): start with `mpirun --map-by slot:PE={} --bind-to core`",
                                     layout.threads, n_cores, layout.threads);
    return layout;
}

}  // namespace hpnas

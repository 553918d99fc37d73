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

/// The cores that this rank may use, divided by the ranks of its host that may use the same ones.
int share_of_cores(const Layout& layout, std::size_t rank, int cores) {
    int sharers = 0;
    for (std::size_t r = 0; r < layout.hosts.size(); ++r)
        if (layout.hosts[r] == layout.hosts[rank] && layout.affinity[r] == layout.affinity[rank]) ++sharers;
    return std::max(1, cores / sharers);
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
    layout.ranks = comm.size();
    layout.hosts = comm.all_gather(host_name());
    layout.affinity = comm.all_gather(format_cores(cores));
    layout.threads = threads > 0              ? static_cast<int>(threads)
                     : environment != nullptr ? omp_get_max_threads()
                                              : share_of_cores(layout, static_cast<std::size_t>(comm.rank()), n_cores);
    omp_set_num_threads(layout.threads);
    layout.nodes = static_cast<int>(std::set<std::string>(layout.hosts.begin(), layout.hosts.end()).size());
    if (layout.threads > n_cores)
        layout.warning =
            fmt::format("{} threads of a rank share {} core(s): start with `mpirun --map-by slot:PE={} --bind-to core`",
                        layout.threads, n_cores, layout.threads);
    return layout;
}

}  // namespace hpnas

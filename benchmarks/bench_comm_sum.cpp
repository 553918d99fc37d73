// What adding arrays up over the ranks costs (Communicator::sum: fixed order, everybody gets the total): the whole price of
// averaging gradients after a backward pass rather than during it. Prints Markdown; per size the median of REPEATS sums, of
// the slowest rank. Usage: mpirun -n 2 bench_comm_sum [REPEATS]
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <span>
#include <vector>

#include "hpnas/comm/parallel_environment.hpp"

using namespace hpnas;

namespace {

double median_ms(Communicator& ranks, std::size_t floats, int repeats) {
    std::vector<float> values(floats, 1.0f);
    std::vector<double> times(static_cast<std::size_t>(repeats));
    for (double& time : times) {
        ranks.barrier();
        const auto start = std::chrono::steady_clock::now();
        ranks.sum(std::span(values));
        time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }
    std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
    double slowest = 0;
    const double mine = times[static_cast<std::size_t>(repeats / 2)];
    for (int rank = 0; rank < ranks.size(); ++rank) {
        double part = rank == ranks.rank() ? mine : 0;
        ranks.sum(std::span(&part, 1));
        slowest = std::max(slowest, part);
    }
    return slowest;
}

}  // namespace

int main(int argc, char** argv) {
    const int repeats = argc > 1 ? std::atoi(argv[1]) : 51;
    ParallelEnvironment environment;
    Communicator& ranks = environment.world();
    if (ranks.rank() == 0) fmt::print("| floats | MB | ms, {} ranks |\n|---:|---:|---:|\n", ranks.size());
    for (const std::size_t floats : {10'000, 100'000, 1'000'000, 2'500'000, 10'000'000}) {
        const double ms = median_ms(ranks, floats, repeats);
        if (ranks.rank() == 0) fmt::print("| {} | {:.2f} | {:.3f} |\n", floats, 4e-6 * static_cast<double>(floats), ms);
    }
    return 0;
}

// The communicator contract on a real MPI job; run with several numbers of ranks by ctest (label mpi).
#include "hpnas/comm/parallel_environment.hpp"

#include <cstdio>

#include "comm/contract.hpp"

int main() {
    hpnas::ParallelEnvironment environment;
    hpnas::Communicator& world = environment.world();
    try {
        hpnas::check_communicator(world);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "rank %d: %s\n", world.rank(), error.what());
        world.abort(1);
    }
    return 0;
}

#include "hpnas/comm/parallel_environment.hpp"

#include "hpnas/core/error.hpp"

#ifdef HPNAS_MPI
#include "mpi_communicator.hpp"
#endif

namespace hpnas {

#ifdef HPNAS_MPI

struct ParallelEnvironment::Impl {
    boost::mpi::environment environment{boost::mpi::threading::funneled, false};
    MpiCommunicator world;
};
ParallelEnvironment::ParallelEnvironment() : impl_(std::make_unique<Impl>()) {}
Communicator& ParallelEnvironment::world() noexcept { return impl_->world; }

std::string mpi_library() {
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(text, &length);
    const std::string all(text, static_cast<std::size_t>(length));
    return all.substr(0, all.find(','));
}

#else

struct ParallelEnvironment::Impl {
    std::unique_ptr<Communicator> world = make_serial_communicator();
};
ParallelEnvironment::ParallelEnvironment() : impl_(std::make_unique<Impl>()) {}
Communicator& ParallelEnvironment::world() noexcept { return *impl_->world; }
std::string mpi_library() { return "none"; }

#endif

ParallelEnvironment::~ParallelEnvironment() = default;

}  // namespace hpnas

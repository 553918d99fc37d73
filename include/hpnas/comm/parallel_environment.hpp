#pragma once
#include <memory>
#include <string>

#include "hpnas/comm/communicator.hpp"

namespace hpnas {

/// MPI while this object lives (started with thread support FUNNELED), or one rank without MPI (-DHPNAS_MPI=OFF). At
/// most one per process.
class ParallelEnvironment {
public:
    ParallelEnvironment();
    ~ParallelEnvironment();
    ParallelEnvironment(const ParallelEnvironment&) = delete;
    ParallelEnvironment& operator=(const ParallelEnvironment&) = delete;

    /// All ranks of the job, on communication contexts of their own. @throws CommError (later) if a rank is lost
    Communicator& world() noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Name and version of the MPI library; "none" without MPI.
std::string mpi_library();

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hpnas {

/// Where results come from. The program fills it; names become attribute names. No secrets: environment variables by
/// whitelist.
struct Provenance {
    using Attributes = std::vector<std::pair<std::string, std::string>>;

    /// Equal for equal runs of the same build: program, version, git_sha, git_dirty, build_type, compiler,
    /// compiler_flags, rng, mpi_library, hdf5_version, openmp_version, dataset, dataset_bytes, dataset_hash. Root
    /// attributes of the file.
    Attributes stable;
    /// Different from start to start: command_line, cpu_model, cpu_isa, start_utc, OMP_* and SLURM_* variables,
    /// parent_run. Attributes of /provenance.
    Attributes run;
    std::vector<std::string> hostnames;  ///< [ranks]
    std::vector<std::string> affinity;   ///< [ranks], e.g. "0-3"
    std::int64_t ranks = 1;
    std::int64_t threads = 1;  ///< per rank
};

}  // namespace hpnas

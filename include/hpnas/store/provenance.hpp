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

    /// Equal for equal runs of the same build: program, version, git_sha ("+changes" behind it if the tree had any),
    /// build_type, compiler, openmp_version, mpi_library, hdf5_version, kernel_library, rng; dataset, dataset_images,
    /// dataset_hash, train_images, validation_images. Root attributes of the file.
    Attributes stable;
    /// Different from start to start: command_line, cpu_model, cpu_isa, start_utc, and the environment's OMP_*,
    /// OPENBLAS_* and some SLURM_* variables. Attributes of /provenance.
    Attributes run;
    std::vector<std::string> hostnames;  ///< [ranks]
    std::vector<std::string> affinity;   ///< [ranks], e.g. "0-3"
    std::int64_t ranks = 1;
    std::int64_t threads = 1;  ///< per rank
};

}  // namespace hpnas

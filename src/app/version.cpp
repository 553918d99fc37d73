#include "hpnas/app/version.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdlib>
#include <ctime>

#include "hpnas/comm/parallel_environment.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/latency/network_timing.hpp"
#include "hpnas/linalg/blas_kernels.hpp"
#include "hpnas_revision.hpp"  // written by every build

extern char** environ;

namespace hpnas {
namespace {

constexpr const char* rng_name = "Philox4x32-10 (Random123)";

Provenance::Attributes build_attributes() {
    return {{"program", "hpnas"},
            {"version", HPNAS_VERSION},
            {"git_sha", HPNAS_GIT_SHA},
            {"build_type", HPNAS_BUILD_TYPE},
            {"compiler", "g++ " __VERSION__},
            {"openmp_version", fmt::format("{}", _OPENMP)},
            {"mpi_library", mpi_library()},
            {"hdf5_version", h5::library_version()},
            {"kernel_library", kernel::Engine::library()},
            {"rng", rng_name}};
}

/// Settings that change speed or results: OpenMP's, OpenBLAS's and the batch system's; nothing else of the environment
/// is stored.
bool is_stored(std::string_view variable) {
    for (const std::string_view prefix :
         {"OMP_", "OPENBLAS_", "SLURM_JOB", "SLURM_NTASKS", "SLURM_CPUS_PER_TASK", "SLURM_RESTART"})
        if (variable.starts_with(prefix)) return true;
    return false;
}

}  // namespace

std::string version_text() {
    std::string text;
    for (const auto& [name, value] : build_attributes())
        text += fmt::format("{}{} {}", text.empty() ? "" : "\n", name, value);
    return text + "\nisa " + kernel::Engine::isa() + "\nblas_kernels " + linalg::blas_kernels();
}

std::string program_version() { return HPNAS_VERSION; }

std::string library_versions() { return fmt::format("hpnas {}, {}", HPNAS_VERSION, kernel::Engine::library()); }

Provenance make_provenance(const Layout& layout, const std::string& command_line, Provenance::Attributes dataset) {
    Provenance provenance;
    provenance.stable = build_attributes();
    provenance.stable.insert(provenance.stable.end(), dataset.begin(), dataset.end());
    provenance.run = {{"command_line", command_line},
                      {"cpu_model", describe_cpu()},
                      {"cpu_isa", kernel::Engine::isa()},
                      {"start_utc", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))}};
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos && is_stored(text))
            provenance.run.emplace_back(text.substr(0, equals), text.substr(equals + 1));
    }
    provenance.hostnames = layout.hosts;
    provenance.affinity = layout.affinity;
    provenance.ranks = layout.ranks;
    provenance.threads = layout.threads;
    return provenance;
}

}  // namespace hpnas

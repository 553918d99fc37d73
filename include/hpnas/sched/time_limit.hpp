#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "hpnas/core/units.hpp"

namespace hpnas {

/// Slurm's time left, as `squeue -o %L` prints it: "45", "1:00", "12:00:00", "1-02:03:04" (seconds; minutes:seconds;
/// and so on). nullopt for "UNLIMITED", "NOT_SET", "INVALID" and anything else.
std::optional<Seconds> parse_slurm_time(std::string_view text);

/// How the environment is asked; replaced in tests.
struct JobEnvironment {
    std::function<std::optional<std::string>(const std::string&)> variable;  ///< getenv
    std::function<std::string(const std::string&)> run;                      ///< a command's standard output
    std::function<double()> utc;                                             ///< seconds since 1970
};
JobEnvironment system_environment();

/// Time this job has left: the smaller of `max_time` and what Slurm says (SLURM_JOB_END_TIME, else one call of squeue);
/// nullopt if nothing limits it. Call once, on rank 0.
std::optional<Seconds> remaining_time(std::optional<Seconds> max_time, const JobEnvironment& environment);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hpnas {

/// The energy that all processor packages of this machine have taken, as Linux's powercap tells it for RAPL (running
/// average power limit; Intel's, and AMD's of family 17h and later): the folders intel-rapl:N whose `name` is a
/// package's. The counters count in microjoules, advance about once a millisecond, and begin again behind
/// max_energy_range_uj. What is counted is the whole package: idle power and other programs are part of it.
/// Source: Linux, Documentation/power/powercap/powercap.rst.
class RaplCounter {
public:
    static constexpr const char* system_root = "/sys/class/powercap";
    /// @throws ConfigError if there is no package or its counter cannot be read, saying which file
    explicit RaplCounter(const std::string& root);

    /// Microjoules of each package at one moment.
    using Reading = std::vector<std::uint64_t>;
    /// @throws ConfigError if a counter cannot be read any more
    Reading read() const;
    /// What was taken between two readings, in millijoules, all packages together; right if no counter has begun again
    /// more than once, which takes minutes at least.
    double millijoules(const Reading& before, const Reading& after) const;
    std::size_t n_packages() const noexcept { return packages_.size(); }

private:
    struct Package {
        std::string file;
        std::uint64_t range_uj = 0;
    };
    std::vector<Package> packages_;
};

}  // namespace hpnas

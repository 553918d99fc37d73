#include "hpnas/energy/rapl_counter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

constexpr const char* as_table = "give the networks' energy as a table: energy: {name: table, path: FILE.csv}";

std::uint64_t read_number(const std::string& file) {
    std::ifstream in(file);
    std::uint64_t value = 0;
    if (!(in >> value))
        throw ConfigError(
            fmt::format("energy: rapl: {} cannot be read; let an administrator make it readable (chmod a+r), or {}",
                        file, as_table));
    return value;
}

std::string read_line(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    return line;
}

/// "intel-rapl:0", not the parts of a package, "intel-rapl:0:1".
bool is_zone(const std::string& name) {
    constexpr std::string_view prefix = "intel-rapl:";
    return name.starts_with(prefix) && name.find(':', prefix.size()) == std::string::npos;
}

}  // namespace

RaplCounter::RaplCounter(const std::string& root) {
    std::vector<fs::path> zones;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(root, error))
        if (is_zone(entry.path().filename().string()) && read_line(entry.path() / "name").starts_with("package"))
            zones.push_back(entry.path());
    if (zones.empty())
        throw ConfigError(
            fmt::format("energy: rapl: expected folders intel-rapl:N of processor packages in {}, found "
                        "none: this machine (a virtual one?) does not tell its energy; {}",
                        root, as_table));
    std::sort(zones.begin(), zones.end());
    for (const fs::path& zone : zones)
        packages_.push_back({(zone / "energy_uj").string(), read_number((zone / "max_energy_range_uj").string())});
    read();
}

RaplCounter::Reading RaplCounter::read() const {
    Reading reading;
    for (const Package& package : packages_) reading.push_back(read_number(package.file));
    return reading;
}

double RaplCounter::millijoules(const Reading& before, const Reading& after) const {
    double sum_uj = 0;
    for (std::size_t i = 0; i < packages_.size(); ++i) {
        const bool again = after[i] < before[i];
        sum_uj += static_cast<double>(again ? packages_[i].range_uj - before[i] + after[i] : after[i] - before[i]);
    }
    return sum_uj / 1000;
}

}  // namespace hpnas

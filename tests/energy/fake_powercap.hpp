#pragma once
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

namespace hpnas::test {

/// A folder like /sys/class/powercap whose counters a test moves.
class FakePowercap {
public:
    FakePowercap() : root_(std::filesystem::temp_directory_path() / ("hpnas_powercap_" + std::to_string(::getpid()))) {
        std::filesystem::remove_all(root_);
        std::filesystem::create_directories(root_);
    }
    ~FakePowercap() { std::filesystem::remove_all(root_); }
    FakePowercap(const FakePowercap&) = delete;
    FakePowercap& operator=(const FakePowercap&) = delete;

    void add(const std::string& zone, const std::string& name, std::uint64_t range_uj, std::uint64_t energy_uj) {
        std::filesystem::create_directories(root_ / zone);
        write(zone, "name", name);
        write(zone, "max_energy_range_uj", std::to_string(range_uj));
        set(zone, energy_uj);
    }
    void set(const std::string& zone, std::uint64_t energy_uj) { write(zone, "energy_uj", std::to_string(energy_uj)); }
    void remove(const std::string& zone, const std::string& file) { std::filesystem::remove(root_ / zone / file); }
    std::string path() const { return root_.string(); }

private:
    /// Readers see the old number or the new one.
    void write(const std::string& zone, const std::string& file, const std::string& text) {
        std::ofstream(root_ / "new") << text << '\n';
        std::filesystem::rename(root_ / "new", root_ / zone / file);
    }
    std::filesystem::path root_;
};

}  // namespace hpnas::test

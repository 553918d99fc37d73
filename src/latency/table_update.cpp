#include "hpnas/latency/table_update.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/table_file.hpp"

namespace hpnas {
namespace {

/// Waits for its turn; ends with the object, or with the process.
class WriterLock {
public:
    explicit WriterLock(const std::string& path)
        : descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
        // A folder that cannot be written to is reported by the writing itself.
        while (descriptor_ >= 0 && ::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) continue;
    }
    ~WriterLock() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    WriterLock(const WriterLock&) = delete;
    WriterLock& operator=(const WriterLock&) = delete;

private:
    int descriptor_;
};

std::optional<LatencyTable> readable_table(const std::string& path) {
    if (!std::filesystem::exists(path)) return std::nullopt;
    try {
        return load_table(path);
    } catch (const StoreError&) {
        return std::nullopt;  // what was measured must not be lost to a damaged file
    }
}

LatencyTable joined(LatencyTable table, const LatencyTable& there) {
    bool brings_something = false;
    for (const auto& [key, timing] : table.entries()) {
        const Timing* known = there.find(key);
        if (known == nullptr || known->median_ms != timing.median_ms) brings_something = true;
    }
    for (const auto& [key, timing] : there.entries())
        if (table.find(key) == nullptr) table.set(key, timing);
    if (!table.calibration && !brings_something) table.calibration = there.calibration;
    return table;
}

}  // namespace

void update_table(const LatencyTable& table, const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;  // reported by the writing
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    const WriterLock turn(path + ".lock");
    const std::optional<LatencyTable> there = readable_table(path);
    const bool fits = there && table.conditions().conflict(there->conditions()).empty();
    save_table(fits ? joined(table, *there) : table, path);
}

}  // namespace hpnas

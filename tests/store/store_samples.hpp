#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "hpnas/store/journal.hpp"

namespace hpnas::store_test {

/// A fresh directory that goes with the object.
class TemporaryDirectory {
public:
    TemporaryDirectory() {
        // In memory if possible: the tests sync thousands of times.
        const std::filesystem::path memory = "/dev/shm";
        const auto parent = std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
        std::string pattern = (parent / "hpnas_XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

inline std::string read_bytes(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

/// Two decisions, one objective, two metrics with a front over accuracy and latency.
inline RunIdentity identity() {
    RunIdentity identity;
    identity.config = "search:\n  strategy: {name: random}\n  budget: {candidates: 10}\nseed: 7\n";
    identity.decisions = {{"depth", {1, 2, 3}, true}, {"activation", {0, 1}, false}};
    identity.objectives = {{"loss", "1", "cross-entropy plus latency penalty", false}};
    identity.metrics = {{"accuracy", "%", "top-1", true, 3}, {"latency", "ms", "by table", false}};
    identity.seed = 7;
    identity.pareto = {"accuracy", "latency"};
    return identity;
}

inline Candidate candidate(std::int64_t id) {
    Candidate c;
    c.id = id;
    c.encoding = {static_cast<std::int16_t>(id % 3), static_cast<std::int16_t>(id % 2)};
    if (id > 0) c.parents = {id - 1};
    return c;
}

inline Evaluation evaluation(std::int64_t id, double loss, double accuracy, double latency) {
    Evaluation e;
    e.candidate = id;
    e.objectives = {loss};
    e.metrics = {accuracy, latency};
    e.wall = Seconds(0.25 * static_cast<double>(id + 1));
    return e;
}

inline Evaluation failure(std::int64_t id, std::string reason) {
    Evaluation e;
    e.candidate = id;
    e.status = EvalStatus::failed;
    e.reason = std::move(reason);
    return e;
}

}  // namespace hpnas::store_test

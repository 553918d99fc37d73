#pragma once
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "hpnas/app/layout.hpp"
#include "hpnas/app/train_results.hpp"
#include "hpnas/core/log.hpp"
#include "hpnas/core/named_tensor.hpp"

namespace hpnas {

/// A training of another configuration, or a search, is refused. @throws ConfigError with what differs
void check_same_training(const TrainingBench& bench, int threads);

/// What rank 0 keeps of a training in its directory: results.h5 to read, last.h5 to go on from, best.h5 to use, of
/// texts also vocab.txt. Each is replaced as a whole, so that a kill at any moment loses the steps since the last
/// saving and nothing else.
class TrainingRecords {
public:
    TrainingRecords(const TrainingBench& bench, const Layout& layout, const std::string& command_line, const Log& log);

    bool continued() const;
    /// The state that an earlier start saved. @throws StoreError
    std::vector<NamedTensor> load() const;
    /// Before the first step: an output that cannot be written fails here. @throws StoreError
    void begin(Fit& fit);
    /// Saves the state. @throws StoreError
    void save(Fit& fit);
    /// Whether it is time to save; saving takes at most a twentieth of the time.
    bool save_is_due() const;
    /// After a judgement: state, learning curve and, if they are new, the best weights. @throws StoreError
    void keep(Fit& fit, bool improved);
    /// After the end. @param test  metrics on the test examples; empty: there are none. @throws StoreError
    void finish(const Fit& fit, const std::vector<double>& test);
    const std::filesystem::path& file() const noexcept { return results_.file(); }

private:
    using Clock = std::chrono::steady_clock;
    std::string run_name() const;
    void set_curve(const Fit& fit);
    void save_best(const Fit& fit) const;

    const TrainingBench& bench_;
    RunIdentity identity_;
    ResultStore results_;
    Clock::time_point saved_{};
    Seconds cost_{0};
};

}  // namespace hpnas

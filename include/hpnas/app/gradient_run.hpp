#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hpnas/app/gradient_strategy.hpp"
#include "hpnas/app/search_history.hpp"
#include "hpnas/app/search_terms.hpp"
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/sched/stop.hpp"
#include "hpnas/store/result_store.hpp"

namespace hpnas {

/// What a gradient search leaves behind, and where it finds what an earlier process left.
struct GradientRecords {
    std::filesystem::path checkpoint;  ///< of weights, logits and history, e.g. RUN/supernet.h5
    std::string run;                   ///< whose checkpoint it is
    ResultStore* results = nullptr;    ///< rank 0: gets the tables of the search
};

/// A gradient search on all ranks, with its checkpoints. All functions are collective and throw AgreedError.
class GradientRun {
public:
    /// Makes terms and supernet: what is wrong with them is found before a run begins.
    GradientRun(Session& session, Workbench& bench);
    GradientRun(const GradientRun&) = delete;
    GradientRun& operator=(const GradientRun&) = delete;

    /// Searches to the end, from the checkpoint if there is one.
    /// @return false if a stop was requested: the state is saved then
    bool search(const GradientRecords& records, StopToken& stop);
    /// The networks that the search ends with: different, canonical, admitted and, as the latency model tells, within
    /// the target; best first, the same on every rank. They are part of the checkpoint: measured latencies would choose
    /// others the next time.
    /// @param admits  rank 0: whether an encoding keeps the limits
    /// @return nothing if a stop was requested
    std::optional<std::vector<Encoding>> derive(const std::function<bool(const Encoding&)>& admits, StopToken& stop);
    /// Latency that a network may have; infinite: any.
    double target_ms() const noexcept;

private:
    std::unique_ptr<GradientSearch> make_search();
    void resume();
    StepReport step();
    void close_epoch(const EpochReport& report);
    void publish();
    void checkpoint();
    void checkpoint_if_due();
    void tell(const StepReport& report) const;
    void tell(const EpochReport& report, double latency_ms, double images_per_second) const;
    std::vector<Encoding> likely(std::size_t wanted, const std::function<bool(const Encoding&)>& admits);
    std::vector<Encoding> share(const std::vector<Encoding>& encodings);

    Session& session_;
    Workbench& bench_;
    GradientStrategyOptions options_;
    SearchTerms terms_;
    std::unique_ptr<GradientSearch> search_;
    SearchHistory history_;
    GradientRecords records_;
    std::chrono::steady_clock::time_point epoch_start_;
    std::chrono::steady_clock::time_point saved_;
    double checkpoint_s_ = 0;        // what the last one took
    std::vector<Encoding> derived_;  // once they are
};

/// Steps, and what one costs, measured with a supernet of its own on this rank.
struct SupernetEstimate {
    std::int64_t steps = 0, parameters = 0;
    double step_s = 0;
    std::size_t bytes = 0;
};
SupernetEstimate estimate_gradient_search(Workbench& bench, int ranks);

}  // namespace hpnas

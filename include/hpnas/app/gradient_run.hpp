#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

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

/// Searches by gradient on all ranks, from the checkpoint if there is one, and derives networks: different, canonical,
/// within the limits and, as the latency model predicts, the target; best first. Collective; every rank gets them.
/// @param admits  rank 0: whether an encoding keeps the limits
/// @return nothing if a stop was requested: the state is saved then
/// @throws AgreedError
std::optional<std::vector<Encoding>> run_gradient_search(Session& session, Workbench& bench,
                                                         const GradientRecords& records,
                                                         const std::function<bool(const Encoding&)>& admits,
                                                         StopToken& stop);

/// Steps, and what one costs, measured with a supernet of its own on this rank.
struct SupernetEstimate {
    std::int64_t steps = 0, parameters = 0;
    double step_s = 0;
    std::size_t bytes = 0;
};
SupernetEstimate estimate_gradient_search(Workbench& bench, int ranks);

}  // namespace hpnas

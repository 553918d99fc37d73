#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/sched/screening.hpp"
#include "hpnas/sched/stop.hpp"

namespace hpnas {

/// The part of the space that is searched: a latency bucket, or all of it.
struct Bucket {
    double lower_ms = 0;
    double target_ms = std::numeric_limits<double>::infinity();  ///< upper edge
    std::vector<Encoding> pool;                                  ///< survivors of screening; empty: the whole space
    std::function<double(const Encoding&)> latency_ms;           ///< predicted; empty: not known without evaluation
    std::vector<Table> tables;                                   ///< of the screening, for the result file
};

/// Screens the space (collective) and takes the configured bucket; without screening, the whole space.
/// @return nothing if a stop was requested before the end
/// @throws ConfigError if the bucket is empty, naming the latencies that the space has
std::optional<Bucket> find_bucket(Session& session, Workbench& bench, StopToken& stop);

}  // namespace hpnas

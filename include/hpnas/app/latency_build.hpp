#pragma once
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/sched/stop.hpp"
#include "hpnas/store/table.hpp"

namespace hpnas {

/// Measures what the table of `bench` lacks of its space, one rank per node at a time, then fits it to whole networks
/// if it is not fitted yet. The table is saved every few seconds, so that an interrupted build goes on where it was.
/// Collective; afterwards every rank has the same table.
/// @return false if a stop was requested before the end
/// @throws ConfigError if the space has no block list, or keys are missing and may not be measured
bool complete_table(Session& session, Workbench& bench, StopToken& stop);

/// Things to be timed, numbered.
struct Measuring {
    std::string what;                                      ///< for progress lines: "latency table"
    std::function<Timing(std::size_t)> time;               ///< called on one rank of each node
    std::function<void(std::size_t, const Timing&)> keep;  ///< called on rank 0, in no particular order
    std::function<void()> save;                            ///< called on rank 0 every few seconds
};
/// Times items 0 .. n-1, one rank per node at a time. Collective.
/// @return whether all were measured: false if a stop was requested
bool measure_on_nodes(Session& session, std::size_t n, const Measuring& measuring, StopToken& stop);

/// Times of unlike processors must not be mixed in one file. Collective. @throws AgreedError naming two of them
void check_equal_devices(Communicator& comm, const std::string& path);

/// Random networks of the space, all different: the n first of a fixed sequence after `skip`. None if the space has no
/// networks.
std::vector<Network> random_networks(const SearchSpace& space, std::uint64_t seed, std::int64_t n,
                                     std::int64_t skip = 0);

/// /latency_table of a result file.
Table latency_columns(const LatencyTable& table);

}  // namespace hpnas

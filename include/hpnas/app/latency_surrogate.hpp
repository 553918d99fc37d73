#pragma once
#include "hpnas/app/session.hpp"
#include "hpnas/app/workbench.hpp"
#include "hpnas/sched/stop.hpp"

namespace hpnas {

/// Different encodings of the space, drawn uniformly: the n first of a fixed sequence of the seed. Fewer if the space
/// has hardly more networks.
std::vector<Encoding> random_encodings(const SearchSpace& space, std::uint64_t seed, std::int64_t n);

/// Measures random networks of the space, one rank per node at a time, fits both surrogates to them and prints how well
/// they predict networks that were held out. The file of `latency.path` is saved every few seconds, so that an
/// interrupted run goes on where it was; networks that it has already are not measured again. Collective.
/// @param check  only say what is to be done
/// @return stopped if a stop was requested before the end
/// @throws ConfigError if latency names no surrogate or the space has no networks, or too few; StoreError if the file
/// is of another space or of other conditions
ExitCode train_surrogates(Session& session, Workbench& bench, bool check, StopToken& stop);

}  // namespace hpnas

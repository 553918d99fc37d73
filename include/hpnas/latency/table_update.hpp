#pragma once
#include <string>

#include "hpnas/latency/latency_table.hpp"

namespace hpnas {

/// Writes `table` to the file together with the entries that only the file has: another process may have measured them
/// since this one read it. Of entries that both have, this table's count. A calibration of the file survives only if
/// this table has none and brings nothing that the file lacks (a fit belongs to the times it was made from). What is
/// there under other conditions, or is no table, is replaced. Writers take turns through an advisory lock on
/// <path>.lock, an empty file that stays; where the file system has no locks, of two writers in the same instant the
/// last one wins.
/// @throws StoreError naming file and object
void update_table(const LatencyTable& table, const std::string& path);

}  // namespace hpnas

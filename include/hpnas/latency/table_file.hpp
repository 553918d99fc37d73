#pragma once
#include <string>

#include "hpnas/latency/latency_table.hpp"

namespace hpnas {

/// The HDF5 form of a table, described in src/latency/README.md: columns with units, conditions as attributes. Written
/// beside and renamed, so that readers and a killed writer never see half a file.
/// @throws StoreError naming file and object
void save_table(const LatencyTable& table, const std::string& path);
/// @throws StoreError if the file is missing (no_input), damaged or no latency table
LatencyTable load_table(const std::string& path);

/// Comma-separated text for other tools and for messages between ranks (numbers read back exactly; no calibration):
/// lines "# device: ..." (batch, threads, precision, libraries), the header
/// block,input,median_ms,min_ms,p90_ms,mean_ms,std_ms,count, then one line per key; input as "32x32x24".
std::string to_csv(const LatencyTable& table);
void export_csv(const LatencyTable& table, const std::string& path);

/// Reads times measured elsewhere. Needed columns: block, input, median_ms, in any order; the others default to
/// median_ms, 0 and 1.
/// @param name  stands for the file name in messages
/// @throws DataError naming every bad line (the first ten) as file:line
LatencyTable parse_csv(const std::string& text, const std::string& name);
LatencyTable import_csv(const std::string& path);

}  // namespace hpnas

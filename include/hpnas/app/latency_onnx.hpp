#pragma once
#include <string>

#include "hpnas/app/workbench.hpp"

namespace hpnas {

/// Writes the building blocks that the run's latency table lacks as ONNX files, with random weights and the table's
/// batch, and blocks.csv, which names block and input of each, for jobs/measure_onnx on another machine. The file
/// empty.onnx, an identity, tells it what a call costs by itself.
/// @throws ConfigError if the space has no list of blocks; StoreError if the folder cannot be written
void write_onnx_blocks(Workbench& bench, const std::string& folder);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "hpnas/app/training_bench.hpp"
#include "hpnas/core/shape.hpp"

namespace hpnas {

/// A batch of one input or output of a network.
struct NamedBatch {
    std::string name;  ///< as in the network's ONNX file
    Shape shape;       ///< [N, ...], images [N, H, W, C]
    std::vector<float> values;
};

/// Examples as a network gets them, and what it makes of them.
struct NetworkOutputs {
    std::vector<NamedBatch> inputs, outputs;
};

/// Runs the deployed network on the first `count` examples of a split (all of them if there are fewer), in one pass; a
/// decoder reads the true tokens. @throws DataError if the split is empty
NetworkOutputs compute_outputs(const TrainingBench& bench, const Parameters& parameters, DataSplit split,
                               std::int64_t count);

/// Writes /inputs/<name> and /outputs/<name>, float32, to an HDF5 file (schema "hpnas-outputs"). @throws StoreError
void save_outputs(const std::string& path, const NetworkOutputs& outputs);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace hpnas {

/// A tensor of a trained network.
struct WeightTensor {
    std::string name;                  ///< node and tensor: "stages.2.blocks.0.conv1.weight"
    std::vector<std::uint64_t> sizes;  ///< row-major
    std::vector<float> values;
};

/// A trained network's tensors and what is to be known of them: architecture, space, metrics.
struct WeightsFile {
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<WeightTensor> tensors;

    /// Empty if there is none of that name.
    std::string attribute(const std::string& name) const;
};

/// Writes the file and replaces an earlier one atomically. Layout: src/store/FORMAT.md. @throws StoreError
void save_weights(const std::filesystem::path& file, const WeightsFile& weights);
/// @throws StoreError: no_input if the file is missing, data if it is damaged or holds no weights
WeightsFile load_weights(const std::filesystem::path& file);

}  // namespace hpnas

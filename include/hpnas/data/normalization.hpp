#pragma once
#include <vector>

#include "hpnas/data/image_set.hpp"

namespace hpnas {

/// Per-channel statistics of pixel bytes: a normalised value is (byte - mean) / deviation.
struct Normalization {
    std::vector<float> mean;       ///< [C], in bytes (0..255)
    std::vector<float> deviation;  ///< [C], > 0
};

/// Exact mean and standard deviation (population) of each channel over all pixels of the subset; a constant channel
/// gets deviation 1.
Normalization measure_normalization(const ImageSubset& images);

}  // namespace hpnas

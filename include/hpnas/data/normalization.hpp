#pragma once
#include <vector>

#include "hpnas/data/image_set.hpp"

namespace hpnas {

/// Per-channel statistics: a normalised value is (value - mean) / deviation.
struct Normalization {
    std::vector<float> mean;       ///< [C], of pixels in bytes (0..255), of spectrograms in dB
    std::vector<float> deviation;  ///< [C], > 0

    bool operator==(const Normalization&) const = default;
};

/// Exact mean and standard deviation (population) of each channel over all pixels of the subset, or of 2048 of its
/// files spread evenly over it if it has more; a constant channel gets deviation 1. Uses all OpenMP threads.
/// @throws DataError naming a file that cannot be decoded
Normalization measure_normalization(const ImageSubset& images);

}  // namespace hpnas

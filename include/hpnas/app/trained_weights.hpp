#pragma once
#include <filesystem>
#include <string>

#include "hpnas/store/weights_file.hpp"
#include "hpnas/train/parameters.hpp"

namespace hpnas {

/// The tensors of a network, each with name and shape.
WeightsFile weights_of(const Parameters& parameters);

/// Gives a network the tensors of a file. Tensors that the network does not have (an auxiliary classifier's) are left.
/// @param from  the file, for messages. @throws DataError naming the first tensor that is missing or of another shape
void set_weights(Parameters& parameters, const WeightsFile& weights, const std::string& from);

}  // namespace hpnas

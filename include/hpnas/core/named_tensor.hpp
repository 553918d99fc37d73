#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "hpnas/core/error.hpp"

namespace hpnas {

/// A piece of a computation's state, for a checkpoint.
struct NamedTensor {
    std::string name;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>> values;
};

/// The values of the tensor of that name and type. @throws DataError if there is none
template <class T>
const std::vector<T>& tensor_of(std::span<const NamedTensor> tensors, std::string_view name) {
    for (const NamedTensor& tensor : tensors)
        if (const auto* values = tensor.name == name ? std::get_if<std::vector<T>>(&tensor.values) : nullptr)
            return *values;
    throw DataError("saved state: no tensor '" + std::string(name) + "' of the type that this computation saves");
}

}  // namespace hpnas

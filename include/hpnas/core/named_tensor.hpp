#pragma once
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hpnas {

/// A piece of a computation's state, for a checkpoint.
struct NamedTensor {
    std::string name;
    std::variant<std::vector<float>, std::vector<double>, std::vector<std::int64_t>> values;
};

}  // namespace hpnas

#pragma once
#include <string>

#include "hpnas/core/error.hpp"

namespace hpnas {

/// A search left the finite numbers. As gradients and losses are shared, every rank finds out.
struct DivergenceError : Error {
    explicit DivergenceError(const std::string& message) : Error(ExitCode::data, message) {}
};

}  // namespace hpnas

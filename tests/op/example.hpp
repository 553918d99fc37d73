#pragma once
#include <string>
#include <vector>

#include "hpnas/op/operator.hpp"

namespace hpnas::testing {

/// An operator with shapes that it accepts.
struct Example {
    std::string label;
    OperatorPtr op;
    std::vector<Shape> inputs;
    /// Of each input: n > 0 makes its values whole numbers in [0, n) (token ids, masks), 0 real ones. May be shorter.
    std::vector<std::uint64_t> ids = {};
    bool any_count = false;  ///< takes more inputs than these
};

/// Examples of every operator: odd sizes, stride > kernel, each attribute at least once.
std::vector<Example> examples();

/// Deterministic values in about [-scale, scale], none of which lies within 0.05 scale of 0 or of another by chance
/// alone: kinks of relu and ties of max pooling stay away from finite differences.
std::vector<double> values(std::size_t count, std::uint64_t id, double scale = 1);

/// Parameter values that suit their role: scales and variances are positive.
std::vector<std::vector<double>> parameter_values(const std::vector<ParameterSpec>& specs);

/// Batched source values of an example.
std::vector<std::vector<double>> source_values(const Example& example, std::int64_t batch);

}  // namespace hpnas::testing

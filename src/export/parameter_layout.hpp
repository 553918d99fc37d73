#pragma once
#include <span>
#include <string>
#include <string_view>

#include "hpnas/op/operator.hpp"

namespace hpnas {

/// "weight", "bias", "scale", "shift", "running_mean", "running_variance".
std::string_view parameter_role(ParameterRole role) noexcept;

/// What the dimensions of a parameter are, outermost first: "out height width in". @param type  of its operator
std::string parameter_layout(std::string_view type, const ParameterSpec& spec);

/// The same in PyTorch's order, "out in height width"; equal to parameter_layout where the orders agree.
std::string torch_layout(std::string_view type, const ParameterSpec& spec);
/// [K, kh, kw, C] to [K, C, kh, kw].
Shape torch_shape(const Shape& shape);
/// @param from  [K, C, kh, kw]. @param shape  [K, kh, kw, C], of `to`
void from_torch(std::span<const float> from, const Shape& shape, std::span<float> to);

}  // namespace hpnas

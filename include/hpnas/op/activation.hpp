#pragma once
#include <string_view>

#include "hpnas/config/options.hpp"
#include "hpnas/kernel/activation.hpp"

namespace hpnas {

using kernel::Activation;

/// "none", "relu", "swish", "sigmoid", "gelu", "tanh", "leaky_relu", "relu6".
std::string_view to_string(Activation activation) noexcept;
/// @throws ConfigError listing the known names
Activation activation_from(std::string_view name);

/// Declares the key "activation" of an attributes struct: none, relu or swish.
void visit_activation(OptionVisitor& v, Activation& activation);

}  // namespace hpnas

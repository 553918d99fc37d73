#pragma once
#include <vector>

#include "hpnas/op/activation.hpp"

namespace hpnas {

/// f(src) element by element, in double: part of the operators' reference.
std::vector<double> reference_activation(Activation kind, const std::vector<double>& src);
/// diff_dst * f'(src), element by element; relu's derivative at 0 is 0.
std::vector<double> reference_activation_gradient(Activation kind, const std::vector<double>& src,
                                                  const std::vector<double>& diff_dst);

}  // namespace hpnas

#pragma once
#include <cstddef>
#include <span>

namespace hpnas {

/// Second moments of L S, S and C, from which the least-variance combination L S - b S - eta C follows: S the score of
/// an architecture, L its loss, C a control variate of mean zero. In this order: S.S, S.C, C.C, L S.S, L S.C.
inline constexpr std::size_t n_control_moments = 5;

/// Adds weight times the moments of one sample. @param score, control [total]   @param moments [n_control_moments]
void add_control_moments(double weight, double loss, std::span<const double> score, std::span<const double> control,
                         std::span<double> moments);

/// Factor eta of the control variate and constant b.
struct ControlFit {
    double scale = 1;
    double baseline = 0;
};

/// Least squares of L S on C and, if `with_constant`, on S. The scale is kept in [0, 2]: a poor fit from few steps must
/// not cost more variance than the control variate can save. Where the moments do not tell (C zero or parallel to S),
/// the scale is that of `start`.
ControlFit fit_control(std::span<const double> moments, bool with_constant, const ControlFit& start);

}  // namespace hpnas

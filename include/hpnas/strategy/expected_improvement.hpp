#pragma once

namespace hpnas {

/// Expected improvement over the best value seen, for minimisation.
/// @param mean, sigma  posterior at the candidate, same unit as the objective; sigma >= 0
/// @param best         lowest objective so far
/// @return improvement >= 0, same unit; exactly max(best - mean, 0) if sigma == 0
/// Source: Jones, Schonlau, Welch, J. Global Optim. 13 (1998) 455-492.
double expected_improvement(double mean, double sigma, double best) noexcept;

/// Its natural logarithm without underflow: candidates far from any improvement keep their order. -infinity if sigma ==
/// 0 and mean >= best. Relative error of the improvement below 1e-10.
/// Source: Ament et al., Unexpected improvements to expected improvement, NeurIPS 2023.
double log_expected_improvement(double mean, double sigma, double best) noexcept;

}  // namespace hpnas

#pragma once

/// Written by data_free_golden.py with PyTorch 1.13.0a0; see there for the problems.
namespace hpnas::golden {

inline constexpr double zen = 4.99063190753;
inline constexpr double expressivity = -0.675958433235;
inline constexpr double zen_with_links = 5.79437006824;
inline constexpr double zen_reference_code = 2.68073091263;
inline constexpr double synflow = 7.00742050858;
inline constexpr double saliency = 15.6290415154;
inline constexpr double az_expressivity = 4.18880765369;
inline constexpr double az_progressivity = 0.0475445707335;
inline constexpr double az_trainability = -0.0547256831642;
inline constexpr double diversity = 4.11636435848;
inline constexpr double diversity_frobenius = 2.89871675178;

}  // namespace hpnas::golden

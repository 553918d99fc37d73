#pragma once
#include <vector>

/// Written by torch_golden.py with PyTorch 1.13.0a0; see there for the problems.
namespace hpnas::golden {

inline constexpr double snip = 9.70717659501;
inline constexpr double grad_norm = 4.88169497529;
inline constexpr double grad_norm_joint = 3.35059482196;
inline constexpr double fisher = 0.267119475501;
inline constexpr double grasp = 0.357232250074;
inline constexpr double naswot = 31.2392063969;
inline constexpr double jacob_cov = -6.04669491899;
inline constexpr double jacob_cov_coupled = -5.70322233768;
inline constexpr double ntk = 12.054872498;
inline constexpr double ntk_norm_scales = 12.0047902745;
inline constexpr double ntk_coupled = 11.3496827658;
inline constexpr double ntk_coupled_norm_scales = 11.2924074501;

/// [5, 5], frozen statistics, weights of convolutions and of the linear layer
inline const std::vector<double> gram_weights{
    110.536478417, 38.151654105, 22.9609847798, -16.7136858454, -14.8667799538,
    38.151654105, 57.0545059519, 20.3998574577, -16.6244913916, 34.604019946,
    22.9609847798, 20.3998574577, 49.0551718584, 36.9355162302, 17.0136720429,
    -16.7136858454, -16.6244913916, 36.9355162302, 136.208372497, 16.8438423507,
    -14.8667799538, 34.604019946, 17.0136720429, 16.8438423507, 84.2420105941};

/// [5, 5], frozen statistics, scales of the batch norms
inline const std::vector<double> gram_norm_scales{
    0.395655029445, 0.229347871066, 0.154086888606, 0.0990598391408, 0.0885732328311,
    0.229347871066, 0.240252311004, 0.118742118284, 0.0179403220621, 0.0543899791073,
    0.154086888606, 0.118742118284, 0.173858779382, 0.160646148203, 0.158314135361,
    0.0990598391408, 0.0179403220621, 0.160646148203, 0.39759983891, 0.166110414846,
    0.0885732328311, 0.0543899791073, 0.158314135361, 0.166110414846, 0.232017900137};

}  // namespace hpnas::golden

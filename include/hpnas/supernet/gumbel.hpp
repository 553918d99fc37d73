#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/supernet/categorical.hpp"

namespace hpnas {

/// Names one block of noise. Equal keys give equal numbers on every rank and machine, so a resumed search draws what it
/// would have drawn.
struct NoiseKey {
    std::uint64_t seed = 0;    ///< of the run
    std::uint64_t step = 0;    ///< < 2^32
    std::uint64_t stream = 0;  ///< < 2^16; usually the rank (private noise), or 0 everywhere (shared noise)
    std::uint64_t sample = 0;  ///< < 2^10; sample within the step
    std::uint64_t term = 0;    ///< < 2^6; term of the objective
};

/// Fills `uniforms` with numbers in (0, 1), and in [clamp, 1 - clamp] if clamp > 0 (UNAS' code: 1e-3, which shortens
/// the tails of the noise so that options of tiny probability are never drawn). @throws InternalError for a key out of
/// range
void draw_uniforms(const NoiseKey& key, double clamp, std::span<double> uniforms);

/// Draws of whole architectures, one per row.
struct GumbelSample {
    std::vector<double> perturbed;      ///< y = log p + Gumbel noise [rows, total]
    std::vector<double> relaxed;        ///< zeta = softmax(y / temperature) per group [rows, total]
    std::vector<std::int16_t> choices;  ///< argmax of y per group [rows, groups]
};

/// Gumbel-Softmax: choices follow the law exactly, relaxed points are their smoothed versions.
/// @param uniforms [rows, total], in (0, 1)   @param temperature  > 0
GumbelSample gumbel_sample(const SoftenedLaw& law, std::span<const double> uniforms, double temperature);

/// A relaxed sample given what was chosen (conditional Gumbel-Softmax; the K-way form of REBAR's):
/// y_k = -log(-log v_k) for the chosen k, y_i = -log(-log v_i / p_i - log v_k) for the others.
/// @param choices [rows, groups]   @param uniforms  v [rows, total]
/// Source: Tucker et al., REBAR, NeurIPS 2017; Grathwohl et al., RELAX, ICLR 2018.
GumbelSample conditional_sample(const SoftenedLaw& law, std::span<const std::int16_t> choices,
                                std::span<const double> uniforms, double temperature);

/// Gradient of L(softmax(y / temperature)) by y, given `slope` = dL/dzeta, one row: s_i = zeta_i (slope_i - sum_m
/// zeta_m slope_m) / temperature. Sums to zero per group.
/// @param point, slope, out [total]
void softmax_backward(const ChoiceGroups& groups, std::span<const double> point, std::span<const double> slope,
                      double temperature, std::span<double> out);

/// exp(y_i - y_k) in (0, 1], k the chosen option of i's group, one row: how close each option came to winning.
void winner_ratios(const ChoiceGroups& groups, std::span<const double> perturbed, std::span<const std::int16_t> choices,
                   std::span<double> out);

/// Adds sign * (r_j s_j - p_j sum_i r_i s_i) per group to `gradient`: a gradient s by y, of which each y_i moves by the
/// share r_i when log p_i does, brought to the softened logits. All [total].
/// With the noise fixed r = 1. For a conditional sample with v fixed, r = 1 - winner ratio.
void add_through_shares(const SoftenedLaw& law, std::span<const double> shares, std::span<const double> by_perturbed,
                        double sign, std::span<double> gradient);

}  // namespace hpnas

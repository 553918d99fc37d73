#pragma once
#include <optional>
#include <vector>

#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// What AZ-NAS measures of a network, in one forward and one backward pass. Features f_0, f_1, ... are the outputs of
/// its blocks (Network::blocks) that are images [H, W, C] or sequences [L, C]; a stem counts if it is a block. Weights
/// N(0, 2 / fan-in), biases 0, standard normal images, batch norms with the batch's statistics.
/// Source: Lee, Ham, AZ-NAS, CVPR 2024.
class AzNas {
public:
    explicit AzNas(ScoreProbe& probe);
    /// Per feature: entropy -sum p ln(p + 1e-8) of the eigenvalues p of its channels' covariance, normalised to sum 1.
    const std::vector<double>& entropies() const noexcept { return entropies_; }
    /// Per feature but the first: 2 - s - 1 / (s + 1e-6), s the largest singular value of g_in^T g_out / rows, where
    /// g_out is a random sign per number of f_l and g_in its gradient in f_(l-1), with the pixels that a stride joins
    /// side by side; -inf if both are equal (an identity) or nothing comes through (a cut). Pairs whose sizes do not
    /// fit each other are left out.
    const std::vector<double>& trainabilities() const noexcept { return trainabilities_; }

private:
    std::vector<double> entropies_, trainabilities_;
};

/// Sum of the entropies.
class AzExpressivity final : public Score {
public:
    explicit AzExpressivity(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

/// Smallest growth of the entropy from one feature to the next. Not defined for fewer than two features.
class AzProgressivity final : public Score {
public:
    explicit AzProgressivity(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

/// Mean of the trainabilities, at most 0. Not defined for fewer than two features or where a block is an identity.
class AzTrainability final : public Score {
public:
    explicit AzTrainability(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

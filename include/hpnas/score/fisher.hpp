#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Sum over the channels c of every convolution and linear layer of |theta_c| 1/2 mean_n (sum_hw a dL/da)^2: a the
/// layer's output, L the mean cross-entropy of the batch, |theta_c| the number of weights of the channel.
/// Source: Theis et al., arXiv:1801.05787; Turner et al., ICLR 2020; as a score Abdelfattah et al., ICLR 2021.
class Fisher final : public Score {
public:
    explicit Fisher(NoScoreOptions) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

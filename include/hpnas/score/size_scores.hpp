#pragma once
#include "hpnas/score/no_score_options.hpp"
#include "hpnas/score/score.hpp"

namespace hpnas {

/// Number of trainable parameters.
class ParameterCount final : public Score {
public:
    explicit ParameterCount(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

/// Multiply-accumulates of one sample's forward pass.
class MacCount final : public Score {
public:
    explicit MacCount(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

/// Convolutions and linear layers on the longest way through the network.
class Depth final : public Score {
public:
    explicit Depth(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

/// Predicted latency in milliseconds, smaller is better; not defined where the probe does not know it.
class Latency final : public Score {
public:
    explicit Latency(NoScoreOptions = {}) {}
    const ScoreInfo& info() const noexcept override;

private:
    double do_compute(ScoreProbe& probe) const override;
};

}  // namespace hpnas

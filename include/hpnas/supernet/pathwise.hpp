#pragma once
#include <utility>

#include "hpnas/supernet/sampling.hpp"

namespace hpnas {

struct SnasOptions {
    SamplingOptions sampling;
    TemperatureOptions relaxation;

    void visit(OptionVisitor& v) {
        sampling.visit(v);
        relaxation.visit(v);
    }
};

struct GdasOptions : SnasOptions {
    GdasOptions() { relaxation.temperature = 1; }
};

/// Slopes of the relaxed function passed back through Gumbel-Softmax samples: low variance, biased for the discrete
/// objective, whose losses are never asked for.
class PathwiseEstimator : public GradientEstimator {
public:
    const EstimatorInfo& info() const noexcept final { return info_; }

protected:
    /// @param straight_through  the slope is taken at the vertex that was drawn, as if that were the relaxed point
    PathwiseEstimator(SnasOptions options, std::string name, bool straight_through)
        : GradientEstimator(options.sampling.soften),
          options_(options),
          straight_through_(straight_through),
          info_{std::move(name), false, 0, 1} {
        options_.relaxation.check();
    }

private:
    void do_estimate(const Term& term, TermEstimate& result) const final;

    SnasOptions options_;
    bool straight_through_;
    EstimatorInfo info_;
};

/// The gradient of the expected relaxed loss; the smaller the temperature, the smaller the bias and the larger the
/// variance. Source: Xie et al., SNAS, ICLR 2019.
class SnasEstimator final : public PathwiseEstimator {
public:
    explicit SnasEstimator(SnasOptions options) : PathwiseEstimator(options, "snas", false) {}
};

/// Straight-through Gumbel-Softmax: a weight-sharing network evaluates one path per sample.
/// Source: Dong, Yang, GDAS, CVPR 2019.
class GdasEstimator final : public PathwiseEstimator {
public:
    explicit GdasEstimator(GdasOptions options) : PathwiseEstimator(options, "gdas", true) {}
};

}  // namespace hpnas

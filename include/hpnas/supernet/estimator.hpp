#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "hpnas/config/registry.hpp"
#include "hpnas/search/relaxed_objective.hpp"
#include "hpnas/supernet/gumbel.hpp"

namespace hpnas {

/// What an estimator is and costs.
struct EstimatorInfo {
    std::string name;
    bool unbiased = false;                        ///< for the discrete objective, whatever the relaxed function is
    int discrete_passes = 0, relaxed_passes = 0;  ///< evaluations of each term per sample
};

/// Where in a search a gradient is wanted.
struct EstimatorStep {
    std::uint64_t seed = 0;  ///< of the run
    std::uint64_t step = 0;
    /// Whose noise: the rank, so that several architectures are looked at per step (gradients are averaged over ranks),
    /// or 0 on every rank.
    std::uint64_t stream = 0;
    double progress = 0;  ///< share of the search that is done, in [0, 1]; anneals the temperature
};

/// Means over the samples and rows of one term; NaN for what the estimator does not evaluate. Correlation of discrete
/// and relaxed losses follows from their sums over steps.
struct TermReport {
    double discrete = std::numeric_limits<double>::quiet_NaN();
    double relaxed = std::numeric_limits<double>::quiet_NaN();
    double discrete_square = discrete, relaxed_square = discrete, product = discrete;
    double control_scale = discrete;  ///< factor of the control variate in this step
};

/// One gradient of the expected loss by the logits, and what else a step needs to know.
struct Estimate {
    std::vector<double> gradient{};    ///< score + path [total]; sums to zero per group
    std::vector<double> score{};       ///< the part made of losses times grad log p
    std::vector<double> path{};        ///< the part that came through the relaxed point
    std::vector<double> statistics{};  ///< average over streams, then hand to observe()
    std::vector<TermReport> terms{};
    std::vector<double> points{};  ///< where the first term's weights are to be trained, first sample [rows, total]
    std::vector<std::int16_t> choices{};  ///< the first term's discrete architectures, first sample [rows, groups]
};

/// An estimator of d/dlogits E[sum of terms(z)], z drawn from the (softened) categoricals of the logits. The estimate
/// is a pure function of logits, terms, step and state; the state changes in observe() only, so it can be kept equal on
/// all ranks and never depends on the present sample (which would bias).
class GradientEstimator {
public:
    virtual ~GradientEstimator() = default;
    virtual const EstimatorInfo& info() const noexcept = 0;

    /// Each term is sampled on its own; a term of one example has one architecture per sample.
    /// @param logits [total]   @param terms  at least one, all of equal groups; called in order
    /// @throws InternalError for sizes that do not fit, logits that are not finite, or no choices at all
    Estimate estimate(std::span<const double> logits, std::span<RelaxedObjective* const> terms,
                      const EstimatorStep& step) const;
    /// Learns from a step that is over (moving averages). Statistics that are not finite are passed over.
    void observe(std::span<const double> statistics);

    /// All that observe() changed, for checkpoints.
    const std::vector<double>& state() const noexcept { return state_; }
    /// @throws InternalError if no estimator of this kind can have been in this state
    void restore(std::span<const double> state);

protected:
    /// @param soften  epsilon of SoftenedLaw   @param n_statistics  per term   @param momentum  in [0, 1)
    explicit GradientEstimator(double soften, std::size_t n_statistics = 0, double momentum = 0)
        : soften_(soften), momentum_(momentum), n_statistics_(n_statistics) {}

    /// One term as an estimator looks at it.
    struct Term {
        const SoftenedLaw& law;
        RelaxedObjective& objective;
        NoiseKey key;
        double progress = 0;
        std::vector<double> means;  ///< running means of the statistics; empty before the first observe()
    };
    /// What a term adds; parts by the softened logits [total], zero on entry.
    struct TermEstimate {
        std::vector<double> score{}, path{}, statistics{}, points{};
        std::vector<std::int16_t> choices{};
        TermReport report{};
    };

private:
    virtual void do_estimate(const Term& term, TermEstimate& result) const = 0;
    std::vector<double> means(std::size_t term) const;

    double soften_, momentum_;
    std::size_t n_statistics_;
    std::vector<double> state_;  // per term: weight of the past, then weighted sums of the statistics
};

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/supernet/estimator.hpp"

namespace hpnas {

/// What one step of a gradient search saw; NaN for what was not evaluated (architectures, while warming up).
struct StepReport {
    std::int64_t step = 0;           ///< of the run, from 0
    bool warm_up = false;            ///< weights only
    double weight_loss = 0;          ///< cross-entropy that the weights were trained on, nat, mean over ranks
    double gradient_norm = 0;        ///< of the weights, before clipping
    TermReport loss{};               ///< L(z) and L(zeta), means over ranks
    std::vector<TermReport> more{};  ///< the same of the further terms (latency, ...), in the order they were added
    double train = 0;                ///< cross-entropy of the train batch as architectures were judged, nat
    double validation = 0;           ///< of the validation batch
    double share_above = 0;          ///< examples with validation > train
    double share_skipped = 0;        ///< options left out of the relaxed passes
};

/// The same over an epoch.
struct EpochReport {
    std::int64_t epoch = 0;                        ///< from 0, warm-up included
    StepReport mean;                               ///< of the last step: step and warm_up
    double correlation = 0;                        ///< of L(z) and L(zeta); NaN without both
    double score_variance = 0, path_variance = 0;  ///< summed over the logits, of the two parts of this rank's gradient
    std::vector<double> probabilities;             ///< [total] at the end
    std::vector<double> entropies;                 ///< of every decision, nat
    Encoding most_likely;
};

/// Gathers reports and gradients over an epoch, in one vector that can be saved. Of further terms it keeps the means of
/// discrete and relaxed losses alone.
class SearchStatistics {
public:
    /// @param total  number of logits   @param n_more  further terms of every report
    explicit SearchStatistics(std::size_t total, std::size_t n_more = 0);
    void clear();
    void add(const StepReport& report);
    /// Of one step's estimate. @param score, path [total]
    void add_gradient(std::span<const double> score, std::span<const double> path);
    /// Fills in what this knows: the mean, the correlation and the variances (0 from fewer than two gradients).
    EpochReport report() const;

    const std::vector<double>& state() const noexcept { return sums_; }
    /// @throws InternalError for a state of another size
    void restore(std::span<const double> state);

private:
    double variance(std::size_t part) const;

    std::size_t total_, n_more_;
    std::vector<double> sums_;  // counts, sums of a report's numbers, then sums and squares of the gradients' parts
};

}  // namespace hpnas

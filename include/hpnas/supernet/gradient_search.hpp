#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/named_tensor.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/supernet/architecture_parameters.hpp"
#include "hpnas/supernet/gradient_search_options.hpp"
#include "hpnas/supernet/logit_adam.hpp"
#include "hpnas/supernet/search_statistics.hpp"
#include "hpnas/supernet/supernet_objective.hpp"
#include "hpnas/train/chunks.hpp"
#include "hpnas/train/optimizer.hpp"

namespace hpnas {

/// The ranks that search together. The functions replace values by their mean over the ranks, in an order that is
/// always the same; every rank calls them equally often, with equally many values. Empty: alone.
struct SearchRanks {
    std::int64_t rank = 0, count = 1;
    std::function<void(std::span<float>)> average_floats;
    std::function<void(std::span<double>)> average_doubles;
};

/// Search of an architecture by the gradient of its logits over a weight-sharing network: epochs that train the weights
/// on sampled points, then steps that move the logits (on a train and a validation batch) and after that the weights
/// (on the train batch, at the estimate's relaxed point). All randomness is a function of seed and step, so a restored
/// search goes on bit for bit, given the same numbers of ranks and threads. Every rank takes batches of its own and,
/// unless the noise is shared, architectures of its own; weights and logits stay equal. Source: Vahdat et al., UNAS,
/// CVPR 2020.
class GradientSearch {
public:
    /// @throws ConfigError for a space without supernet or wrong options; DataError if a split does not fill a batch on
    /// every rank; std::bad_alloc if the supernet does not fit the arena
    GradientSearch(const SearchSpace& space, const ImageTask& task, const Device& device,
                   const GradientSearchOptions& options, std::uint64_t seed, SearchRanks ranks = {});

    /// Adds a term of the objective (latency, ...), sampled on its own. Kept by reference. Before the first step.
    void add_term(RelaxedObjective& term);

    std::int64_t step_count() const noexcept { return step_; }
    std::int64_t steps_per_epoch() const noexcept { return steps_per_epoch_; }
    std::int64_t n_steps() const noexcept { return steps_per_epoch_ * (options_.warmup_epochs + options_.epochs); }
    bool finished() const noexcept { return step_ >= n_steps(); }
    /// One step. @throws DivergenceError if loss or gradient are not finite, on every rank; InternalError if finished
    StepReport step();
    /// The epoch that the last step completed; nothing in the middle of one.
    const std::optional<EpochReport>& epoch_report() const noexcept { return epoch_report_; }

    const ArchitectureParameters& architecture() const noexcept { return architecture_; }
    const Supernet& supernet() const noexcept { return supernet_; }
    const Parameters& parameters() const noexcept { return parameters_; }
    /// Arena bytes of both plans, with gradients and forward only.
    std::size_t memory_bytes() const noexcept { return objective_.memory_bytes(); }
    /// The most likely option of every decision; not canonical.
    Encoding derived() const { return architecture_.most_likely(); }
    /// Mean validation loss of each encoding under the supernet's weights (nat), over the batches of one epoch. All
    /// ranks share the work and call with equal encodings. Between steps, or after the last.
    std::vector<double> validation_losses(std::span<const Encoding> encodings);

    /// Everything that steps change. Equal on all ranks, but for running statistics of batch norms (which a search does
    /// not read) and what reports are made of: save rank 0's.
    std::vector<NamedTensor> state();
    /// @throws DataError if the state is of another search
    void restore(std::span<const NamedTensor> state);

private:
    std::int64_t warmup_steps() const noexcept { return steps_per_epoch_ * options_.warmup_epochs; }
    /// Share of the search after the warm-up that is done.
    double progress() const noexcept;
    std::uint64_t stream() const noexcept;
    void load(SupernetObjective::Batch& batch, BatchLoader& loader, std::int64_t step);
    std::vector<double> warm_points() const;
    std::vector<double> move_architecture(StepReport& report);
    void average(Estimate& estimate, StepReport& report) const;
    void move_weights(std::span<const double> points, StepReport& report);
    void close_epoch();

    GradientSearchOptions options_;
    std::uint64_t seed_;
    SearchRanks ranks_;
    Supernet supernet_;
    Parameters parameters_;
    std::unique_ptr<Optimizer> optimizer_;
    std::unique_ptr<GradientEstimator> estimator_;
    ArchitectureParameters architecture_;
    LogitAdam logit_adam_;
    SupernetObjective objective_;
    std::vector<RelaxedObjective*> terms_;
    BatchLoader train_, validation_;
    std::vector<Chunk> chunks_;
    std::int64_t steps_per_epoch_ = 0, step_ = 0;
    SearchStatistics statistics_;
    std::optional<EpochReport> epoch_report_;
};

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "hpnas/app/run_config.hpp"
#include "hpnas/comm/node_turn.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/energy/energy_model.hpp"
#include "hpnas/eval/score_evaluator.hpp"
#include "hpnas/export/pretrained_weights.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/latency/surrogate_model.hpp"
#include "hpnas/latency/table_model.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/strategy/strategy.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

class Communicator;

/// Gives every rank the table of rank 0. Collective.
void share_table(Communicator& comm, TableModel& model);

/// Predicted latency (ms) of any encoding from the calibrated table, without building the network. Measures blocks that
/// the table lacks, if it may. @param table  must outlive it
std::function<double(std::span<const std::int16_t>)> table_latency(TableModel& table, const Segmentation& segmentation);

/// Everything that one rank works with, made from a configuration. Parts are made by load_data, make_space, ...; each
/// is used after its makers only. Neither copied nor moved: parts refer to each other.
class Workbench {
public:
    explicit Workbench(const RunConfig& config, Log log);
    Workbench(const Workbench&) = delete;
    Workbench& operator=(const Workbench&) = delete;

    /// Nothing if the configuration names no data set. @throws DataError; ConfigError if it holds no images
    void load_data();
    /// Needs the data, if there is one: the networks get its classes and channels.
    void make_space();
    /// Nothing if the configuration names no model. Collective. Only rank 0 reads the table file; the other ranks get
    /// its content, so they need not see the same files. A surrogate's file is read by all.
    /// @param own_table  complete file to use instead of the configured one; empty: as configured
    /// @param import     the table's file need not exist nor be complete
    void make_latency(Communicator& comm, const std::string& own_table = "", bool import = false);
    /// Nothing if the configuration names no energy model. Collective. Where energy is measured, ranks of a node do so
    /// one at a time, while the others evaluate nothing. Needs the space.
    void make_energy(Communicator& comm);
    /// Needs all of the above. Reads the pretrained weights, if the configuration names some. @throws StoreError if the
    /// largest network of the space is no slice of them
    void make_evaluator();
    std::unique_ptr<Strategy> make_strategy(StrategyContext context) const;

    const RunConfig& config() const noexcept { return config_; }
    const Device& device() const noexcept { return device_; }
    bool has_data() const noexcept { return config_.has_data(); }
    /// @pre has_data()
    const ImageTask& task() const noexcept { return task_; }
    const SearchSpace& space() const noexcept { return *space_; }
    /// nullptr if there is no latency model.
    LatencyModel* latency() noexcept { return latency_.get(); }
    /// nullptr if there is no latency model, or it is no table.
    TableModel* table() noexcept { return dynamic_cast<TableModel*>(latency_.get()); }
    /// nullptr if there is no latency model, or it is no surrogate.
    const SurrogateModel* surrogate() const noexcept { return dynamic_cast<const SurrogateModel*>(latency_.get()); }
    /// What latency models get. Needs the space.
    LatencyContext latency_context() const;
    /// Of the pretrained weights; nothing if there are none.
    std::optional<std::uint64_t> pretrained_hash() const {
        return pretrained_ ? std::optional(pretrained_->hash()) : std::nullopt;
    }
    Evaluator& evaluator() noexcept { return *evaluator_; }
    /// nullptr unless the objective is `score`.
    ScoreEvaluator* score_evaluator() noexcept { return dynamic_cast<ScoreEvaluator*>(evaluator_.get()); }

private:
    const RunConfig& config_;
    Log log_;
    kernel::Engine engine_;
    Arena arena_;
    Device device_;
    ImageTask task_;
    std::unique_ptr<SearchSpace> space_;
    std::string space_text_;
    std::unique_ptr<LatencyModel> latency_;
    std::optional<NodeTurn> turn_;
    std::unique_ptr<EnergyModel> energy_;
    std::optional<PretrainedWeights> pretrained_;
    std::unique_ptr<Evaluator> evaluator_;
};

}  // namespace hpnas

#pragma once
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/core/log.hpp"
#include "hpnas/latency/latency_model.hpp"
#include "hpnas/latency/latency_table.hpp"
#include "hpnas/train/executor.hpp"

namespace hpnas {

/// What every latency model gets from the run. `device` may be null: then nothing can be measured.
struct LatencyContext {
    const Device* device = nullptr;
    std::string libraries{};  ///< versions, stored with what is measured
    Log log{};
    std::string space{};  ///< the run's space as text, for models of its encodings; empty: unknown
};

/// What is measured now is measured under these. @param batch  images per forward pass
TableConditions present_conditions(std::int64_t batch, const LatencyContext& context);

struct TableModelOptions {
    std::string path{};              ///< may be empty: start with an empty table
    std::string missing = "refuse";  ///< refuse | measure
    std::int64_t batch = 1;
    bool force = false;
    TimingOptions timing{};
    void visit(OptionVisitor& v);
};

/// Latency of a network as the calibrated sum of its blocks' table times. A block that is not in the table is measured
/// or refused.
class TableModel final : public LatencyModel {
public:
    /// Loads the table of options.path if the file exists.
    /// @throws StoreError if the table was made under other conditions (device, batch, threads) and force is not set,
    /// or if the
    ///         file does not exist and nothing may be measured
    TableModel(TableModelOptions options, LatencyContext context);
    TableModel(LatencyTable table, TableModelOptions options, LatencyContext context);

    std::string_view name() const noexcept override { return "table"; }
    /// Sum of the table times without calibration.
    double sum_ms(const Network& network);
    /// Time of a network whose blocks' table times sum to `sum_ms`: the calibration applied; the sum itself without
    /// one.
    double calibrated_ms(double sum_ms) const noexcept;
    LatencyTable& table() noexcept { return table_; }
    const LatencyTable& table() const noexcept { return table_; }
    const TableModelOptions& options() const noexcept { return options_; }
    /// Whether the table is one of this machine and engine, so that times measured here may be compared with it.
    bool of_this_device() const;
    /// Writes the table to options().path, keeping what other processes have added there (update_table).
    /// @throws StoreError
    void save() const;
    /// Times of the whole networks (ms), caches hot, under the table's conditions. @throws ConfigError without a device
    std::vector<double> measure_whole(std::span<const Network> networks) const;
    /// Measures the networks whole and fits kind none | offset | linear; stored in the table.
    void calibrate(std::span<const Network> networks, const std::string& kind);

private:
    Milliseconds do_predict(const Network& network) override;
    double entry_ms(const TableKey& key, const std::function<Network()>& network);

    TableModelOptions options_;
    LatencyContext context_;
    LatencyTable table_;
};

}  // namespace hpnas

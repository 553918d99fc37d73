#include "hpnas/latency/table_model.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <omp.h>

#include <array>
#include <ctime>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/latency/measure_missing.hpp"
#include "hpnas/latency/report.hpp"
#include "hpnas/latency/table_file.hpp"
#include "hpnas/latency/table_update.hpp"

namespace hpnas {
namespace {

constexpr std::array<std::string_view, 2> missing_policies{"refuse", "measure"};

LatencyTable open_table(const TableModelOptions& options, const LatencyContext& context) {
    const TableConditions present = present_conditions(options.batch, context);
    if (options.path.empty() || !std::filesystem::exists(options.path)) {
        if (options.missing == "measure") return LatencyTable(present);
        throw StoreError(
            fmt::format(
                "latency table: expected the file '{}', which does not exist; build it with 'hpnas latency', or "
                "set latency.missing: measure",
                options.path),
            ExitCode::no_input);
    }
    LatencyTable table = load_table(options.path);
    const std::string difference = present.conflict(table.conditions());
    if (!difference.empty() && !options.force)
        throw StoreError(
            fmt::format("{}: latency table made under other conditions (here against there): {}; build one for this "
                        "machine, or set latency.force: true to use it all the same",
                        options.path, difference),
            ExitCode::data);
    return table;
}

/// Every operator must belong to a block, or its time would silently count zero.
void check_covered(const Network& network) {
    std::vector<char> covered(network.nodes().size(), 0);
    for (const Block& block : network.blocks())
        for (NodeId id = block.first; id <= block.last; ++id) covered[static_cast<std::size_t>(id)] = 1;
    for (std::size_t i = 0; i < covered.size(); ++i) {
        const Node& node = network.nodes()[i];
        if (node.op != nullptr && covered[i] == 0)
            throw StoreError(
                fmt::format("latency table: node '{}' belongs to no block: its time is in no table", node.name),
                ExitCode::data);
    }
}

}  // namespace

TableConditions present_conditions(std::int64_t batch, const LatencyContext& context) {
    return {.device = describe_cpu(),
            .batch = batch,
            .threads = omp_get_max_threads(),
            .precision = "fp32",
            .libraries = context.libraries,
            .date = fmt::format("{:%Y-%m-%d}", fmt::gmtime(std::time(nullptr)))};
}

void TableModelOptions::visit(OptionVisitor& v) {
    v.text({"path", "table file (HDF5), as 'hpnas latency' writes it"}, path);
    v.choice({"missing", "what to do with a block that is not in the table"}, missing, missing_policies);
    v.integer({"batch", "images per forward pass", 1, 65536}, batch);
    v.boolean({"force", "use a table made on another device or for another batch or number of threads"}, force);
    v.group({"timing", "repetitions of one measurement"}, timing);
}

TableModel::TableModel(TableModelOptions options, LatencyContext context)
    : options_(std::move(options)), context_(std::move(context)), table_(open_table(options_, context_)) {}

TableModel::TableModel(LatencyTable table, TableModelOptions options, LatencyContext context)
    : options_(std::move(options)), context_(std::move(context)), table_(std::move(table)) {}

double TableModel::entry_ms(const TableKey& key, const std::function<Network()>& network) {
    if (const Timing* known = table_.find(key)) return known->median_ms;
    if (options_.missing != "measure" || context_.device == nullptr)
        throw StoreError(
            fmt::format("latency table '{}': no entry for {}; extend it with 'hpnas latency', or set latency.missing: "
                        "measure",
                        options_.path, to_string(key)),
            ExitCode::data);
    const NetworkTimingOptions timing = block_timing_options(options_.timing, table_.conditions().batch);
    table_.set(key, time_network(network(), *context_.device, timing));
    return table_.find(key)->median_ms;
}

double TableModel::sum_ms(const Network& network) {
    check_covered(network);
    double sum = 0;
    for (const Block& block : network.blocks())
        sum += entry_ms(table_key(network, block), [&] { return network.extract(block); });
    return sum;
}

double TableModel::calibrated_ms(double sum_ms) const noexcept {
    return table_.calibration ? (*table_.calibration)(sum_ms) : sum_ms;
}

Milliseconds TableModel::do_predict(const Network& network) { return Milliseconds(calibrated_ms(sum_ms(network))); }

bool TableModel::of_this_device() const {
    return present_conditions(table_.conditions().batch, context_).conflict(table_.conditions()).empty();
}

void TableModel::save() const { update_table(table_, options_.path); }

std::vector<double> TableModel::measure_whole(std::span<const Network> networks) const {
    if (context_.device == nullptr) throw ConfigError("latency: calibration needs a device to measure on");
    const NetworkTimingOptions timing{
        .timing = options_.timing, .batch = table_.conditions().batch, .cache = CacheState::hot};
    return measure_networks(networks, *context_.device, timing);
}

void TableModel::calibrate(std::span<const Network> networks, const std::string& kind) {
    if (kind == "none") {
        table_.calibration = Calibration{};
        return;
    }
    const std::vector<double> measured = measure_whole(networks);
    std::vector<double> sums;
    for (const Network& network : networks) sums.push_back(sum_ms(network));
    table_.calibration = fit_calibration(kind, sums, measured);
}

}  // namespace hpnas

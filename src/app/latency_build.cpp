#include "hpnas/app/latency_build.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <unordered_set>

#include "hpnas/comm/communicator.hpp"
#include "hpnas/eval/block_tasks.hpp"
#include "hpnas/sched/node_turns.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

constexpr std::chrono::seconds between_saves{5};

std::string bytes_of(const Timing& timing) { return {reinterpret_cast<const char*>(&timing), sizeof timing}; }

Timing timing_of(const std::string& bytes) {
    Timing timing;
    std::memcpy(&timing, bytes.data(), sizeof timing);
    return timing;
}

void make_folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    std::error_code error;
    if (!folder.empty()) std::filesystem::create_directories(folder, error);
    if (error)
        throw StoreError(folder.string() + ": cannot create directory: " + error.message(), ExitCode::cannot_create);
}

/// A table of another machine or runtime: nothing that is measured here may be mixed into it.
void accept_foreign(Session& session, const TableModel& model, const std::vector<BlockTask>& missing, std::size_t n) {
    const std::string& device = model.table().conditions().device;
    if (!missing.empty())
        throw AgreedError(
            ExitCode::data,
            fmt::format("{}: {} of the space's {} blocks are missing, the first is {}; the table is one of {}: `hpnas "
                        "latency onnx CONFIG DIR` writes them, to be timed there and imported",
                        model.options().path, missing.size(), n, to_string(missing[0].key), device));
    session.log.info("latency table of {}: its times are added up as they are, nothing is measured here", device);
}

}  // namespace

void check_equal_devices(Communicator& comm, const std::string& path) {
    const std::vector<std::string> devices = comm.all_gather(describe_cpu());
    const auto other =
        std::find_if(devices.begin(), devices.end(), [&](const std::string& device) { return device != devices[0]; });
    if (other != devices.end())
        throw AgreedError(
            ExitCode::config,
            fmt::format(
                "{}: the ranks of this job run on unlike processors ({}; {}): measure in a job on the target device "
                "alone, then search with that file",
                path, devices[0], *other));
}

bool measure_on_nodes(Session& session, std::size_t n, const Measuring& measuring, StopToken& stop) {
    using Clock = std::chrono::steady_clock;
    std::size_t done = 0;
    const auto start = Clock::now();
    auto last_save = start;
    const NodeWork work{[&](std::size_t i) { return bytes_of(measuring.time(i)); },
                        [&](std::size_t i, const std::string& bytes) {
                            measuring.keep(i, timing_of(bytes));
                            ++done;
                            if (Clock::now() - last_save > between_saves) {
                                measuring.save();
                                last_save = Clock::now();
                                const double seconds = std::chrono::duration<double>(last_save - start).count();
                                session.log.info("{}: {} of {} measured, {:.0f} s left", measuring.what, done, n,
                                                 seconds / static_cast<double>(done) * static_cast<double>(n - done));
                            }
                            return !stop.requested();
                        }};
    return run_on_one_rank_per_node(session.comm, n, work) == n;
}

std::vector<Network> random_networks(const SearchSpace& space, std::uint64_t seed, std::int64_t n, std::int64_t skip) {
    std::vector<Network> networks;
    if (!space.has_networks()) return networks;
    std::unordered_set<std::uint64_t> seen;
    Rng rng(seed, Purpose::measurement);
    constexpr int most_repeats = 1000;
    for (int repeats = 0; static_cast<std::int64_t>(networks.size()) < n && repeats < most_repeats;) {
        Network network = space.decode(random_encoding(space.decisions(), rng));
        if (!seen.insert(network.hash()).second)
            ++repeats;
        else if (static_cast<std::int64_t>(seen.size()) > skip)
            networks.push_back(std::move(network));
    }
    return networks;
}

bool complete_table(Session& session, Workbench& bench, StopToken& stop) {
    TableModel* model = bench.table();
    if (model == nullptr) throw AgreedError(ExitCode::config, "latency: expected name: table");
    const auto segmentation = bench.space().segmentation();
    if (!segmentation)
        throw AgreedError(ExitCode::config,
                          fmt::format("space {}: has no list of blocks to fill a table with", bench.space().name()));
    const std::vector<BlockTask> tasks = block_tasks(*segmentation, model->table());
    const auto& calibration = bench.config().calibration;
    const auto& fit_so_far = model->table().calibration;
    if (tasks.empty() && fit_so_far && fit_so_far->kind == calibration.kind) return true;
    const bool foreign = model->table().size() > 0 && !model->of_this_device();
    if (!session.comm.broadcast(session.root && foreign ? "foreign" : "").empty()) {
        accept_foreign(session, *model, tasks, segmentation->blocks.size());
        return true;
    }
    if (!tasks.empty() && model->options().missing == "refuse")
        throw AgreedError(ExitCode::data, fmt::format("{}: {} of the space's {} blocks are missing, the first is {}; "
                                                      "set latency.missing: measure, or import them",
                                                      model->options().path, tasks.size(), segmentation->blocks.size(),
                                                      to_string(tasks[0].key)));
    make_folder_of(model->options().path);
    if (!tasks.empty()) {
        check_equal_devices(session.comm, model->options().path);
        session.log.info("latency table: measuring {} blocks ({} known) for {}", tasks.size(), model->table().size(),
                         model->options().path);
        const NetworkTimingOptions timing =
            block_timing_options(model->options().timing, model->table().conditions().batch);
        const Measuring measuring{
            .what = "latency table",
            .time = [&](std::size_t i) { return time_network(tasks[i].network(), bench.device(), timing); },
            .keep = [&](std::size_t i, const Timing& t) { model->table().set(tasks[i].key, t); },
            .save = [&] { model->save(); }};
        const bool complete = measure_on_nodes(session, tasks.size(), measuring, stop);
        if (session.root) model->save();
        if (!complete) return false;
    }
    if (session.root) {
        model->calibrate(
            random_networks(bench.space(), static_cast<std::uint64_t>(bench.config().seed), calibration.networks),
            calibration.kind);
        model->save();
        const Calibration& fit = *model->table().calibration;
        session.log.info("latency table: network = {:.4f} ms + {:.3f} * sum of blocks, fitted on {} networks",
                         fit.offset_ms, fit.slope, fit.count);
    }
    share_table(session.comm, *model);
    return true;
}

Table latency_columns(const LatencyTable& table) {
    Column block{"block", "", "configuration of the block", std::vector<std::string>(), {}};
    Column input{"input", "", "shape of its input, [H, W, C]", std::vector<std::string>(), {}};
    Column median{"median_ms", "ms", "median time of one forward pass", std::vector<double>(), {}};
    Column fastest{"min_ms", "ms", "fastest", std::vector<double>(), {}};
    Column p90{"p90_ms", "ms", "90 % quantile", std::vector<double>(), {}};
    Column count{"count", "count", "samples taken", std::vector<std::int64_t>(), {}};
    for (const auto& [key, timing] : table.entries()) {
        std::get<std::vector<std::string>>(block.values).push_back(key.block);
        std::get<std::vector<std::string>>(input.values).push_back(to_string(key.input));
        std::get<std::vector<double>>(median.values).push_back(timing.median_ms);
        std::get<std::vector<double>>(fastest.values).push_back(timing.min_ms);
        std::get<std::vector<double>>(p90.values).push_back(timing.p90_ms);
        std::get<std::vector<std::int64_t>>(count.values).push_back(timing.count);
    }
    return {
        "latency_table",
        "times of building blocks on " + table.conditions().device,
        {std::move(block), std::move(input), std::move(median), std::move(fastest), std::move(p90), std::move(count)}};
}

}  // namespace hpnas

#include <fmt/core.h>

#include <optional>

#include "hpnas/app/latency_build.hpp"
#include "hpnas/app/latency_onnx.hpp"
#include "hpnas/app/latency_surrogate.hpp"
#include "hpnas/comm/communicator.hpp"
#include "hpnas/eval/block_tasks.hpp"
#include "hpnas/latency/report.hpp"
#include "hpnas/latency/table_file.hpp"

namespace hpnas {
namespace {

void print_summary(const TableModel& model, const std::string& path) {
    const TableConditions& conditions = model.table().conditions();
    fmt::print("{}: {} blocks on {}, batch {}, {} thread(s), {}\n", path, model.table().size(), conditions.device,
               conditions.batch, conditions.threads, conditions.precision);
}

void report(Workbench& bench) {
    const CalibrationConfig& config = bench.config().calibration;
    const auto networks =
        random_networks(bench.space(), static_cast<std::uint64_t>(bench.config().seed), config.judged, config.networks);
    const auto measured = bench.table()->measure_whole(networks);
    fmt::print("{}", format_report(make_report(*bench.table(), networks, {}, measured), true));
}

/// import, export, merge and onnx change or read the table file only; rank 0 does them.
void exchange(Workbench& bench, const Command& command) {
    TableModel& model = *bench.table();
    const std::string& path = model.options().path;
    if (command.latency_action == "onnx") return write_onnx_blocks(bench, command.files.front());
    if (command.latency_action == "export") {
        export_csv(model.table(), command.files.front());
        fmt::print("{}: {} blocks\n", command.files.front(), model.table().size());
        return;
    }
    for (const std::string& file : command.files) {
        const LatencyTable other = command.latency_action == "import" ? import_csv(file) : load_table(file);
        // An empty table has no device yet: it becomes one of the device that was measured.
        if (model.table().size() == 0)
            model.table() = other;
        else
            model.table().merge(other, model.options().force);
    }
    model.save();
    print_summary(model, path);
}

ExitCode latency(Session& session, const Command& command) {
    std::optional<RunConfig> config;
    collectively(session.comm, [&] { config = load_run_config(command); });
    const Layout layout = make_layout(session.comm, config->threads);
    if (!layout.warning.empty()) session.log.warning("{}", layout.warning);
    Workbench bench(*config, session.log);
    collectively(session.comm, [&] {
        bench.load_data();
        bench.make_space();
    });
    StopToken stop;
    const auto stopped = [&] {
        if (session.root) session.log.warning("stopped ({}): run the same command again to continue", stop.reason());
        return ExitCode::stopped;
    };
    if (command.latency_action == "surrogate") {
        const ExitCode code = train_surrogates(session, bench, command.check, stop);
        return code == ExitCode::stopped ? stopped() : code;
    }
    const bool exchanges = command.latency_action != "build" && command.latency_action != "report";
    bench.make_latency(session.comm, "", exchanges);
    if (bench.table() == nullptr) throw AgreedError(ExitCode::config, "latency: expected name: table");
    if (command.check) {
        const auto segmentation = bench.space().segmentation();
        if (session.root && segmentation)
            fmt::print("{}: {} of {} blocks to measure\n", bench.table()->options().path,
                       block_tasks(*segmentation, bench.table()->table()).size(), segmentation->blocks.size());
        return ExitCode::ok;
    }
    if (exchanges) {
        collectively(session.comm, [&] {
            if (session.root) exchange(bench, command);
        });
        return ExitCode::ok;
    }
    if (command.latency_action == "report" && !bench.table()->of_this_device())
        throw AgreedError(ExitCode::config, "latency report: the table is one of " +
                                                bench.table()->table().conditions().device +
                                                ": networks can only be measured there");
    if (!complete_table(session, bench, stop)) return stopped();
    collectively(session.comm, [&] {
        if (!session.root) return;
        print_summary(*bench.table(), bench.table()->options().path);
        if (command.latency_action == "report") report(bench);
    });
    return ExitCode::ok;
}

}  // namespace

ExitCode latency_command(const Command& command) {
    return in_session(command, [&](Session& session) { return latency(session, command); });
}

}  // namespace hpnas

#include <fmt/format.h>
#include <omp.h>

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "hpnas/app/layout.hpp"
#include "hpnas/app/network_outputs.hpp"
#include "hpnas/app/session.hpp"
#include "hpnas/app/train_results.hpp"
#include "hpnas/app/training_ranks.hpp"
#include "hpnas/export/weights_file.hpp"
#include "hpnas/latency/network_timing.hpp"

namespace hpnas {
namespace {

DataSplit split_of(const std::string& name) {
    if (name == "train") return DataSplit::train;
    return name == "test" ? DataSplit::test : DataSplit::validation;
}

/// Quality on the examples, and what one of them costs: the deployed network, batch 1, on this rank's threads.
void print(const TrainingBench& bench, const Command& command, const std::vector<double>& metrics) {
    const Network deployed = bench.task().deployed(bench.network());
    const Cost cost = deployed.cost();
    const double latency_ms = time_network(deployed, bench.device(), {}).median_ms;
    const int threads = omp_get_max_threads();
    if (!command.json) {
        fmt::print("{} examples of {}: {}\ndeployed: {} parameters, {} MACs, {:.4g} ms (batch 1, {} thread{})\n",
                   bench.task().size(split_of(command.split)), command.split, format_metrics(bench.task(), metrics),
                   cost.parameters, cost.macs, latency_ms, threads, threads == 1 ? "" : "s");
        return;
    }
    nlohmann::ordered_json json{{"arch", bench.space().format(bench.encoding())},
                                {"split", command.split},
                                {"examples", bench.task().size(split_of(command.split))}};
    for (std::size_t i = 0; i < metrics.size(); ++i) json[bench.task().metrics()[i].name] = metrics[i];
    json["params"] = cost.parameters;
    json["macs"] = cost.macs;
    json["latency_ms"] = latency_ms;
    json["threads"] = threads;
    fmt::print("{}\n", json.dump(2));
}

ExitCode evaluate(Session& session, const Command& command) {
    const std::string path = std::filesystem::is_directory(command.run)
                                 ? (std::filesystem::path(command.run) / "best.h5").string()
                                 : command.run;
    std::optional<TrainConfig> config;
    std::unique_ptr<TrainingBench> bench;
    std::optional<Parameters> parameters;
    collectively(session.comm, [&] { config = trained_config(read_network_facts(path), path, command.sets); });
    make_layout(session.comm, config->run.threads);
    collectively(session.comm, [&] {
        bench = std::make_unique<TrainingBench>(*config, session.log);
        parameters.emplace(bench->network());
        load_weights(path, bench->network(), *parameters);
        if (bench->task().size(split_of(command.split)) == 0)
            throw DataError(fmt::format("data: the data set has no {} examples", command.split));
    });
    const auto metrics = judge_weights(bench->task(), bench->network(), parameters->all(), bench->device(),
                                       {.split = split_of(command.split),
                                        .batch = config->run.training.evaluation_batch,
                                        .ranks = training_ranks(session.comm)});
    collectively(session.comm, [&] {
        if (!session.root) return;
        print(*bench, command, metrics);
        if (!command.outputs.empty())
            save_outputs(command.outputs,
                         compute_outputs(*bench, *parameters, split_of(command.split), command.examples));
    });
    return ExitCode::ok;
}

}  // namespace

ExitCode evaluate_command(const Command& command) {
    return in_session(command, [&](Session& session) { return evaluate(session, command); });
}

}  // namespace hpnas

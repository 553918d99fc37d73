#include "hpnas/app/latency_onnx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <fstream>

#include "hpnas/app/arch_list.hpp"
#include "hpnas/app/version.hpp"
#include "hpnas/eval/block_tasks.hpp"
#include "hpnas/export/onnx.hpp"
#include "hpnas/op/identity.hpp"

namespace hpnas {
namespace {

namespace fs = std::filesystem;

void write_network(const std::string& path, const Network& network, std::int64_t batch) {
    Parameters parameters(network);
    parameters.initialize(1);
    save_onnx(path, network, parameters, {.batch = batch, .name = "block", .producer_version = program_version()});
}

Network empty_network() {
    NetworkBuilder builder;
    const NodeId x = builder.input("x", {1});
    return std::move(builder).finish({builder.add("identity", make_identity(), x)});
}

}  // namespace

void write_onnx_blocks(Workbench& bench, const std::string& folder) {
    const LatencyTable& table = bench.table()->table();
    const auto segmentation = bench.space().segmentation();
    if (!segmentation)
        throw ConfigError(fmt::format("space {}: has no list of blocks to fill a table with", bench.space().name()));
    std::error_code error;
    fs::create_directories(folder, error);
    const std::string index = (fs::path(folder) / "blocks.csv").string();
    std::ofstream list(index);
    if (!list) throw StoreError(fmt::format("{}: cannot be written", index), ExitCode::cannot_create);
    const std::int64_t batch = bench.table()->options().batch;
    list << fmt::format("# batch: {}\nfile,block,input\n", batch);
    write_network((fs::path(folder) / "empty.onnx").string(), empty_network(), batch);
    const std::vector<BlockTask> tasks = block_tasks(*segmentation, table);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        const std::string file = fmt::format("block_{:05}.onnx", i);
        write_network((fs::path(folder) / file).string(), tasks[i].network(), batch);
        list << fmt::format("{},{},{}\n", file, csv_field(tasks[i].key.block), fmt::join(tasks[i].key.input, "x"));
    }
    list.close();
    if (!list) throw StoreError(fmt::format("{}: cannot be written", index));
    fmt::print("{}: {} blocks, batch {}; next: jobs/measure_onnx {} --output times.csv\n", folder, tasks.size(), batch,
               folder);
}

}  // namespace hpnas

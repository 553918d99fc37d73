#include "hpnas/app/network_outputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "hpnas/train/deploy.hpp"

namespace hpnas {
namespace {

NamedBatch batch_of(std::string name, const Shape& shape, std::span<const float> values, std::int64_t rows) {
    const Shape batched = shape.with_batch(rows);
    const std::span<const float> valid = values.first(static_cast<std::size_t>(batched.count()));
    return {std::move(name), batched, {valid.begin(), valid.end()}};
}

void write(h5::Group group, const std::vector<NamedBatch>& batches) {
    for (const NamedBatch& batch : batches) {
        const std::vector<std::uint64_t> sizes(batch.shape.begin(), batch.shape.end());
        group.write<float>(batch.name, batch.values, sizes);
    }
}

}  // namespace

NetworkOutputs compute_outputs(const TrainingBench& bench, const Parameters& parameters, DataSplit split,
                               std::int64_t count) {
    const std::int64_t rows = std::min(count, bench.task().size(split));
    if (rows == 0) throw DataError("outputs: there are no examples to compute them of");
    Deployed deployed = deploy(bench.task().deployed(bench.network()), parameters);
    const Network& network = deployed.network;
    Executor executor(network, deployed.parameters, bench.device(), {rows, ExecutionMode::inference, false});
    bench.task().judging_batches(network, split, rows)->load(0, 0, executor);
    executor.forward();
    NetworkOutputs result;
    for (std::size_t i = 0; i < network.inputs().size(); ++i) {
        const Node& node = network.node(network.inputs()[i]);
        result.inputs.push_back(batch_of(node.name, node.shape, executor.input(i), rows));
    }
    const std::size_t n_outputs = network.outputs().size();
    for (std::size_t i = 0; i < n_outputs; ++i)
        result.outputs.push_back(batch_of(n_outputs == 1 ? "output" : fmt::format("output{}", i),
                                          network.node(network.outputs()[i]).shape, executor.output(i), rows));
    return result;
}

void save_outputs(const std::string& path, const NetworkOutputs& outputs) {
    h5::publish(path, [&](h5::File& file) {
        file.root().set("schema_name", "hpnas-outputs");
        file.root().set("schema_version", std::int64_t{1});
        write(file.root().create_group("inputs"), outputs.inputs);
        write(file.root().create_group("outputs"), outputs.outputs);
    });
}

}  // namespace hpnas

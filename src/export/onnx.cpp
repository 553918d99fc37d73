#include "hpnas/export/onnx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "hpnas/core/error.hpp"
#include "hpnas/graph/passes.hpp"
#include "hpnas/train/deploy.hpp"
#include "onnx_check.hpp"
#include "translation.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t ir_version = 8;          // of ONNX 1.12, which knows operators up to version 17
constexpr std::size_t most_bytes = 2147000000;  // protobuf's 2^31 - 1, less what names take

Translator translator_of(std::string_view type) {
    for (const TranslatorEntry& entry : translators())
        if (entry.type == type) return entry.translate;
    throw InternalError(fmt::format("onnx: operator '{}' has no translator", type));
}

/// Inputs that nothing but embeddings and masks of tokens reads are token ids.
bool holds_ids(const Network& network, NodeId input) {
    bool read = false;
    for (const Node& node : network.nodes()) {
        if (std::find(node.inputs.begin(), node.inputs.end(), input) == node.inputs.end()) continue;
        if (node.op->type() != "embedding" && node.op->type() != "token_mask") return false;
        read = true;
    }
    return read;
}

onnx::GraphProto write_graph(const Network& network, const Parameters& parameters, const OnnxOptions& options) {
    GraphWriter graph(options.batch);
    std::vector<OnnxValue> values;
    for (NodeId id = 0; id < static_cast<NodeId>(network.nodes().size()); ++id) {
        const Node& node = network.node(id);
        graph.set_scope(node.name);
        if (node.op == nullptr) {
            values.push_back(graph.input(node.name, node.shape, holds_ids(network, id), options.layout));
            continue;
        }
        std::vector<OnnxValue> src;
        for (const NodeId input : node.inputs) src.push_back(values[static_cast<std::size_t>(input)]);
        values.push_back(translator_of(node.op->type())(Translation(node, std::move(src), parameters, graph)));
    }
    const std::span<const NodeId> outputs = network.outputs();
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const std::string name = outputs.size() == 1 ? "output" : fmt::format("output{}", i);
        graph.set_scope(name);
        graph.output(name, values[static_cast<std::size_t>(outputs[i])], options.layout);
    }
    return std::move(graph).take();
}

onnx::ModelProto write_model(const Network& network, const Parameters& parameters, const OnnxOptions& options) {
    onnx::ModelProto model;
    model.set_ir_version(ir_version);
    model.set_producer_name("hpnas");
    model.set_producer_version(options.producer_version);
    onnx::OperatorSetIdProto& operators = *model.add_opset_import();
    operators.set_domain("");
    operators.set_version(onnx_opset);
    for (const auto& [key, value] : options.metadata) {
        onnx::StringStringEntryProto& entry = *model.add_metadata_props();
        entry.set_key(key);
        entry.set_value(value);
    }
    *model.mutable_graph() = write_graph(network, parameters, options);
    model.mutable_graph()->set_name(options.name);
    return model;
}

void write_file(const std::string& path, const std::string& bytes) {
    const std::string beside = path + ".tmp";
    std::ofstream file(beside, std::ios::binary);
    file << bytes;
    file.close();
    if (!file) throw StoreError(fmt::format("{}: cannot be written", beside), ExitCode::cannot_create);
    std::error_code error;
    std::filesystem::rename(beside, path, error);
    if (error) throw StoreError(fmt::format("{}: {}", path, error.message()), ExitCode::cannot_create);
}

}  // namespace

std::string to_onnx(const Network& network, const Parameters& parameters, const OnnxOptions& options) {
    if (parameters.all().size_bytes() > most_bytes)
        throw StoreError(fmt::format("onnx: {} bytes of parameters, a file holds at most {}",
                                     parameters.all().size_bytes(), most_bytes));
    onnx::ModelProto model;
    if (options.fold) {
        const Deployed deployed = deploy(network, parameters);
        model = write_model(deployed.network, deployed.parameters, options);
    } else {
        model = write_model(remove_randomness(network), parameters, options);
    }
    check_onnx(model);
    return model.SerializeAsString();
}

void save_onnx(const std::string& path, const Network& network, const Parameters& parameters,
               const OnnxOptions& options) {
    write_file(path, to_onnx(network, parameters, options));
}

std::vector<std::string_view> onnx_operators() {
    std::vector<std::string_view> types;
    for (const TranslatorEntry& entry : translators()) types.push_back(entry.type);
    return types;
}

}  // namespace hpnas

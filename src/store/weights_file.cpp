#include "hpnas/store/weights_file.hpp"

#include <fmt/format.h>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

constexpr const char* schema_name = "hpnas-weights";
constexpr std::int64_t schema_version = 1;

}  // namespace

std::string WeightsFile::attribute(const std::string& name) const {
    for (const auto& [key, value] : attributes)
        if (key == name) return value;
    return {};
}

void save_weights(const std::filesystem::path& file, const WeightsFile& weights) {
    h5::publish(file.string(), [&](h5::File& opened) {
        h5::Group root = opened.root();
        root.set("schema_name", schema_name);
        root.set("schema_version", schema_version);
        h5::Group facts = root.create_group("network");
        for (const auto& [name, value] : weights.attributes) facts.set(name, value);
        h5::Group group = root.create_group("weights");
        for (const WeightTensor& tensor : weights.tensors) {
            const std::size_t dot = tensor.name.rfind('.');
            const std::string node = tensor.name.substr(0, dot);
            h5::Group layer = group.contains(node) ? group.group(node) : group.create_group(node);
            layer.write<float>(tensor.name.substr(dot + 1), tensor.values, tensor.sizes);
        }
    });
}

WeightsFile load_weights(const std::filesystem::path& file) {
    const h5::File opened = h5::File::open(file.string());
    const h5::Group root = opened.root();
    if (!root.has("schema_name") || root.text("schema_name") != schema_name ||
        root.integer("schema_version") != schema_version)
        throw StoreError(fmt::format("{}: no {} of version {}", file.string(), schema_name, schema_version),
                         ExitCode::data);
    WeightsFile weights;
    const h5::Group facts = root.group("network");
    for (const std::string& name : facts.attributes()) weights.attributes.emplace_back(name, facts.text(name));
    const h5::Group group = root.group("weights");
    for (const std::string& node : group.names()) {
        const h5::Group layer = group.group(node);
        for (const std::string& name : layer.names()) {
            const h5::Dataset dataset = layer.dataset(name);
            weights.tensors.push_back({node + "." + name, dataset.sizes(), dataset.read<float>()});
        }
    }
    return weights;
}

}  // namespace hpnas

#include "hpnas/export/weights_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"
#include "parameter_layout.hpp"

namespace hpnas {
namespace {

constexpr const char* schema_name = "hpnas-weights";
constexpr std::int64_t schema_version = 1;
constexpr std::size_t most_shown = 10;

/// "stages.2.blocks.0.conv" of the parameter "stages.2.blocks.0.conv.weight".
const std::string& node_name(const Network& network, const Parameters::Entry& entry) {
    return network.node(entry.node).name;
}

std::string tensor_name(const Network& network, const Parameters::Entry& entry) {
    return node_name(network, entry) + "/" + entry.spec.name;
}

/// Reads the tensors of one network from a group and collects what is wrong.
class WeightsReader {
public:
    WeightsReader(const h5::Group& group, const Network& network) : group_(group), network_(network) {}

    void read(Parameters& parameters) {
        Parameters read = parameters;
        std::set<std::string> expected;
        for (const Parameters::Entry& entry : read.entries()) {
            expected.insert(tensor_name(network_, entry));
            read_tensor(entry, read.values(entry));
        }
        find_foreign(expected);
        throw_if_wrong();
        std::ranges::copy(read.all(), parameters.all().begin());
    }

private:
    void read_tensor(const Parameters::Entry& entry, std::span<float> values) {
        const std::string name = tensor_name(network_, entry);
        if (!group_.contains(name)) {
            wrong_.push_back(fmt::format("{}: missing, expected {}", name, to_string(entry.spec.shape)));
            return;
        }
        const h5::Dataset dataset = group_.dataset(name);
        const std::string_view type = network_.node(entry.node).op->type();
        const std::string layout = parameter_layout(type, entry.spec);
        const std::string stored = dataset.has("layout") ? dataset.text("layout") : layout;
        const bool torch = stored != layout && stored == torch_layout(type, entry.spec);
        if (stored != layout && !torch) {
            wrong_.push_back(fmt::format("{}: layout: expected '{}', got '{}'", name, layout, stored));
            return;
        }
        const Shape shape = torch ? torch_shape(entry.spec.shape) : entry.spec.shape;
        const std::vector<std::uint64_t> sizes = dataset.sizes();
        if (!std::equal(sizes.begin(), sizes.end(), shape.begin(), shape.end(),
                        [](std::uint64_t a, std::int64_t b) { return static_cast<std::int64_t>(a) == b; })) {
            wrong_.push_back(fmt::format("{}: expected {}, got [{}]", name, to_string(shape), fmt::join(sizes, ", ")));
            return;
        }
        const std::vector<float> read = dataset.read<float>();
        if (!std::ranges::all_of(read, [](float x) { return std::isfinite(x); })) {
            wrong_.push_back(fmt::format("{}: holds values that are not finite", name));
            return;
        }
        if (torch)
            from_torch(read, entry.spec.shape, values);
        else
            std::ranges::copy(read, values.begin());
    }

    void find_foreign(const std::set<std::string>& expected) {
        for (const std::string& node : group_.names()) {
            if (!group_.is_group(node)) {
                wrong_.push_back(fmt::format("{}: expected a group per layer, got a dataset", node));
                continue;
            }
            for (const std::string& tensor : group_.group(node).names())
                if (expected.count(node + "/" + tensor) == 0)
                    wrong_.push_back(fmt::format("{}/{}: the network has no such tensor", node, tensor));
        }
    }

    void throw_if_wrong() const {
        if (wrong_.empty()) return;
        std::string text = fmt::format("{}: not the weights of this network:", group_.where());
        for (std::size_t i = 0; i < std::min(wrong_.size(), most_shown); ++i) text += "\n  " + wrong_[i];
        if (wrong_.size() > most_shown) text += fmt::format("\n  ... {} in all", wrong_.size());
        throw StoreError(text, ExitCode::data);
    }

    const h5::Group& group_;
    const Network& network_;
    std::vector<std::string> wrong_;
};

NetworkFacts read_facts(const h5::Group& root) {
    NetworkFacts facts;
    if (!root.contains("network")) return facts;
    const h5::Group group = root.group("network");
    for (const std::string& name : group.attributes()) facts.emplace_back(name, group.text(name));
    return facts;
}

/// A file that says it has a schema must have ours; one without was made by hand.
void check_schema(const h5::File& file) {
    const h5::Group root = file.root();
    if (!root.has("schema_name")) return;
    if (const std::string name = root.text("schema_name"); name != schema_name)
        throw StoreError(fmt::format("{}: no {} but {}", file.path(), schema_name, name), ExitCode::data);
    if (root.integer("schema_version") > schema_version)
        throw StoreError(fmt::format("{}: expected {} {} or older, got {} {}", file.path(), schema_name, schema_version,
                                     root.text("schema_name"), root.integer("schema_version")),
                         ExitCode::data);
}

}  // namespace

std::string fact(const NetworkFacts& facts, std::string_view name) {
    for (const auto& [key, value] : facts)
        if (key == name) return value;
    return {};
}

void write_weights(h5::Group& group, const Network& network, const Parameters& parameters) {
    for (const Parameters::Entry& entry : parameters.entries()) {
        const std::string& node = node_name(network, entry);
        h5::Group layer = group.contains(node) ? group.group(node) : group.create_group(node);
        const std::vector<std::uint64_t> sizes(entry.spec.shape.begin(), entry.spec.shape.end());
        h5::Dataset dataset = layer.write<float>(entry.spec.name, parameters.values(entry), sizes);
        dataset.set("role", parameter_role(entry.spec.role));
        dataset.set("layout", parameter_layout(network.node(entry.node).op->type(), entry.spec));
    }
}

void read_weights(const h5::Group& group, const Network& network, Parameters& parameters) {
    WeightsReader(group, network).read(parameters);
}

void save_weights(const std::string& path, const Network& network, const Parameters& parameters,
                  const NetworkFacts& facts) {
    h5::publish(path, [&](h5::File& file) {
        h5::Group root = file.root();
        root.set("schema_name", schema_name);
        root.set("schema_version", schema_version);
        h5::Group described = root.create_group("network");
        for (const auto& [name, value] : facts) described.set(name, value);
        h5::Group group = root.create_group("weights");
        write_weights(group, network, parameters);
    });
}

NetworkFacts load_weights(const std::string& path, const Network& network, Parameters& parameters) {
    const h5::File file = h5::File::open(path);
    check_schema(file);
    const h5::Group root = file.root();
    read_weights(root.contains("weights") ? root.group("weights") : root, network, parameters);
    return read_facts(root);
}

NetworkFacts read_network_facts(const std::string& path) {
    const h5::File file = h5::File::open(path);
    check_schema(file);
    return read_facts(file.root());
}

}  // namespace hpnas

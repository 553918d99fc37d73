#include "hpnas/export/weights_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "attention_inputs.hpp"
#include "hpnas/core/error.hpp"
#include "parameter_layout.hpp"
#include "weights_mistakes.hpp"

namespace hpnas {
namespace {

constexpr const char* schema_name = "hpnas-weights";
constexpr std::int64_t schema_version = 1;

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
        throw_mistakes(fmt::format("{}: not the weights of this network:", group_.where()), wrong_);
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
        if (const std::string mistake = mistake_in_values(entry.spec.role, read); !mistake.empty()) {
            wrong_.push_back(fmt::format("{}: {}", name, mistake));
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

}  // namespace

std::string fact(const NetworkFacts& facts, std::string_view name) {
    for (const auto& [key, value] : facts)
        if (key == name) return value;
    return {};
}

h5::File open_weights_file(const std::string& path) {
    h5::File file = h5::File::open(path);
    const h5::Group root = file.root();
    if (!root.has("schema_name")) return file;
    if (const std::string name = root.text("schema_name"); name != schema_name)
        throw StoreError(fmt::format("{}: no {} but {}", path, schema_name, name), ExitCode::data);
    if (root.integer("schema_version") > schema_version)
        throw StoreError(fmt::format("{}: expected {} {} or older, got {} {}", path, schema_name, schema_version,
                                     root.text("schema_name"), root.integer("schema_version")),
                         ExitCode::data);
    return file;
}

h5::Group tensors_of(const h5::File& file) {
    h5::Group root = file.root();
    return root.contains("weights") ? root.group("weights") : root;
}

std::vector<std::string> vocabulary_of(const h5::File& file) {
    const h5::Group root = file.root();
    return root.contains("vocabulary") ? root.dataset("vocabulary").read_texts() : std::vector<std::string>();
}

void write_weights(h5::Group& group, const Network& network, const Parameters& parameters) {
    const std::vector<AttentionInput> attention = attention_inputs(network);
    for (const Parameters::Entry& entry : parameters.entries()) {
        const std::string& node = node_name(network, entry);
        h5::Group layer = group.contains(node) ? group.group(node) : group.create_group(node);
        const std::vector<std::uint64_t> sizes(entry.spec.shape.begin(), entry.spec.shape.end());
        h5::Dataset dataset = layer.write<float>(entry.spec.name, parameters.values(entry), sizes);
        dataset.set("role", parameter_role(entry.spec.role));
        dataset.set("layout", parameter_layout(network.node(entry.node).op->type(), entry.spec));
        if (const std::int64_t heads = attention[static_cast<std::size_t>(entry.node)].heads; heads > 0)
            dataset.set("heads", heads);
    }
}

void read_weights(const h5::Group& group, const Network& network, Parameters& parameters) {
    WeightsReader(group, network).read(parameters);
}

void save_weights(const std::string& path, const Network& network, const Parameters& parameters,
                  const NetworkFacts& facts, std::span<const std::string> vocabulary) {
    h5::publish(path, [&](h5::File& file) {
        h5::Group root = file.root();
        root.set("schema_name", schema_name);
        root.set("schema_version", schema_version);
        h5::Group described = root.create_group("network");
        for (const auto& [name, value] : facts) described.set(name, value);
        if (!vocabulary.empty()) root.write_texts("vocabulary", vocabulary);
        h5::Group group = root.create_group("weights");
        write_weights(group, network, parameters);
    });
}

NetworkFacts load_weights(const std::string& path, const Network& network, Parameters& parameters) {
    const h5::File file = open_weights_file(path);
    read_weights(tensors_of(file), network, parameters);
    return read_facts(file.root());
}

NetworkFacts read_network_facts(const std::string& path) { return read_facts(open_weights_file(path).root()); }

std::vector<std::string> read_vocabulary(const std::string& path) { return vocabulary_of(open_weights_file(path)); }

}  // namespace hpnas

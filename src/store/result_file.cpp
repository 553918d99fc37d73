#include "hpnas/store/result_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "hpnas/h5/file.hpp"
#include "hpnas/h5/group.hpp"

namespace hpnas {
namespace {

/// Group `path` ("screening/buckets") of `parent`, made if it is missing.
h5::Group group_at(h5::Group parent, const std::string& path) {
    const auto slash = path.find('/');
    const std::string name = path.substr(0, slash);
    h5::Group group = parent.contains(name) ? parent.group(name) : parent.create_group(name);
    return slash == std::string::npos ? group : group_at(group, path.substr(slash + 1));
}

h5::Dataset write_encodings(h5::Group& group, const std::string& name, const std::vector<Encoding>& encodings) {
    std::vector<std::int32_t> flat;
    for (const Encoding& x : encodings) flat.insert(flat.end(), x.begin(), x.end());
    const std::vector<std::uint64_t> sizes{encodings.size(), encodings.empty() ? 0 : encodings.front().size()};
    return group.write<std::int32_t>(name, flat, sizes);
}

h5::Dataset write_values(h5::Group& group, const Column& column) {
    return std::visit(
        [&](const auto& values) {
            using Value = typename std::decay_t<decltype(values)>::value_type;
            if constexpr (std::is_same_v<Value, std::string>) {
                return group.write_texts(column.name, values);
            } else if constexpr (std::is_same_v<Value, Encoding>) {
                return write_encodings(group, column.name, values);
            } else {
                return group.write<Value>(column.name, values);
            }
        },
        column.values);
}

void write_column(h5::Group& group, const Column& column) {
    h5::Dataset dataset = write_values(group, column);
    if (!column.unit.empty()) dataset.set("units", column.unit);
    dataset.set("long_name", column.doc);
    if (column.version != 0) dataset.set("version", static_cast<std::int64_t>(column.version));
    if (column.meanings.empty()) return;
    std::vector<std::int64_t> codes(column.meanings.size());
    std::iota(codes.begin(), codes.end(), 0);
    dataset.set("flag_values", std::span<const std::int64_t>(codes));
    dataset.set("flag_meanings", fmt::format("{}", fmt::join(column.meanings, " ")));
}

void write_table(h5::File& file, const Table& table) {
    h5::Group group = group_at(file.root(), table.group);
    group.set("long_name", table.doc);
    for (const Column& column : table.columns) write_column(group, column);
}

/// Names the axes of /candidates, so that xarray and netCDF readers know them.
void attach_scales(h5::File& file, const Table& candidates, std::size_t n_decisions) {
    h5::Group group = file.root().group(candidates.group);
    std::vector<std::int32_t> genes(n_decisions);
    std::iota(genes.begin(), genes.end(), 0);
    h5::Dataset gene = group.write<std::int32_t>("gene", genes);
    gene.set("units", "1");
    gene.set("long_name", "row of /space");
    gene.make_scale("gene");
    h5::Dataset id = group.dataset("candidate_id");
    id.make_scale("candidate_id");
    for (const Column& column : candidates.columns) {
        if (column.name == "candidate_id") continue;
        h5::Dataset dataset = group.dataset(column.name);
        dataset.attach_scale(0, id);
        if (std::holds_alternative<std::vector<Encoding>>(column.values)) dataset.attach_scale(1, gene);
    }
}

void write_attributes(h5::Object& object, const Provenance::Attributes& attributes) {
    for (const auto& [name, value] : attributes) object.set(name, value);
}

void write_provenance(h5::File& file, const ResultContent& content) {
    h5::Group root = file.root();
    root.set("schema_name", results_schema_name);
    root.set("schema_version", results_schema_version);
    root.set("seed", static_cast<std::int64_t>(content.identity.seed));
    write_attributes(root, content.provenance.stable);
    h5::Group group = root.create_group("provenance");
    write_attributes(group, content.provenance.run);
    group.set("ranks", content.provenance.ranks);
    group.set("threads", content.provenance.threads);
    group.write_texts("hostname", content.provenance.hostnames).set("long_name", "host of each rank");
    group.write_texts("affinity", content.provenance.affinity).set("long_name", "cores of each rank");
}

void write_config(h5::File& file, const std::string& yaml) {
    h5::Group group = file.root().create_group("config");
    group.write_texts("yaml", std::vector<std::string>{yaml}).set("long_name", "resolved configuration");
}

void write_all(h5::File& file, const ResultContent& content) {
    write_provenance(file, content);
    write_config(file, content.identity.config);
    const Table candidates = candidate_table(content);
    write_table(file, candidates);
    if (!content.evaluations.empty()) attach_scales(file, candidates, content.identity.decisions.size());
    write_table(file, pareto_table(content));
    for (const Table& table : hypervolume_tables(content)) write_table(file, table);
    write_table(file, space_table(content.identity));
    for (const auto& [group, table] : content.tables) write_table(file, table);
    write_table(file, timing_table(content));
    write_table(file, event_table(content.events));
}

}  // namespace

void write_result_file(const std::filesystem::path& file, const ResultContent& content) {
    h5::publish(file.string(), [&](h5::File& opened) { write_all(opened, content); });
}

}  // namespace hpnas

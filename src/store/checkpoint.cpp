#include "hpnas/store/checkpoint.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <type_traits>

#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

constexpr const char* schema_name = "hpnas-checkpoint";
constexpr std::int64_t schema_version = 1;
/// Name of the attribute that tells a tensor's type, which HDF5's conversions would hide.
constexpr const char* kind_name = "kind";
constexpr std::array<const char*, 3> kinds{"float32", "float64", "int64"};  // in the order of NamedTensor's variant

template <class T>
NamedTensor read(const std::string& name, const h5::Dataset& dataset) {
    return {name, dataset.read<T>()};
}

NamedTensor read_tensor(const std::string& name, const h5::Dataset& dataset) {
    const std::string kind = dataset.text(kind_name);
    if (kind == kinds[0]) return read<float>(name, dataset);
    if (kind == kinds[1]) return read<double>(name, dataset);
    if (kind == kinds[2]) return read<std::int64_t>(name, dataset);
    throw StoreError(fmt::format("{}: unknown kind '{}'", dataset.where(), kind), ExitCode::data);
}

}  // namespace

void save_checkpoint(const std::filesystem::path& file, std::string_view run, std::span<const NamedTensor> tensors) {
    h5::publish(file.string(), [&](h5::File& opened) {
        h5::Group root = opened.root();
        root.set("schema_name", schema_name);
        root.set("schema_version", schema_version);
        root.set("run", run);
        h5::Group group = root.create_group("tensors");
        for (const NamedTensor& tensor : tensors)
            std::visit(
                [&](const auto& values) {
                    using Value = typename std::decay_t<decltype(values)>::value_type;
                    group.write<Value>(tensor.name, values).set(kind_name, kinds[tensor.values.index()]);
                },
                tensor.values);
    });
}

std::vector<NamedTensor> load_checkpoint(const std::filesystem::path& file, std::string_view run) {
    const h5::File opened = h5::File::open(file.string());
    const h5::Group root = opened.root();
    if (!root.has("schema_name") || root.text("schema_name") != schema_name ||
        root.integer("schema_version") != schema_version)
        throw StoreError(fmt::format("{}: no {} of version {}", file.string(), schema_name, schema_version),
                         ExitCode::data);
    if (root.text("run") != run)
        throw StoreError(fmt::format("{}: belongs to another run; name another output directory, or discard what is "
                                     "there with --overwrite",
                                     file.string()),
                         ExitCode::data);
    const h5::Group group = root.group("tensors");
    std::vector<NamedTensor> tensors;
    for (const std::string& name : group.names()) tensors.push_back(read_tensor(name, group.dataset(name)));
    return tensors;
}

}  // namespace hpnas

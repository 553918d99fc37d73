#include "packed_group.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::string_view format_name = "hpnas data";
constexpr std::int64_t format_version = 1;

}  // namespace

void write_head(h5::Group& root, std::string_view kind, const std::vector<std::string>& classes,
                const std::string& source) {
    root.set("format", format_name);
    root.set("version", format_version);
    root.set("kind", kind);
    root.set("source", source);
    root.write_texts("classes", classes);
}

h5::Group open_packed(const h5::File& file, std::string_view kind) {
    h5::Group root = file.root();
    if (!root.has("format") || root.text("format") != format_name)
        throw DataError(fmt::format("{}: expected a file that `hpnas data pack` made", file.path()));
    if (root.integer("version") != format_version)
        throw DataError(fmt::format("{}: expected version {} of the format, got {}; pack the data again", file.path(),
                                    format_version, root.integer("version")));
    if (!kind.empty() && root.text("kind") != kind)
        throw DataError(fmt::format("{}: expected packed {}, got {}; data.name: {} reads them", file.path(), kind,
                                    root.text("kind"), root.text("kind")));
    return root;
}

void write_strings(h5::Group& group, const std::string& name, std::span<const std::string> strings) {
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> begins{0};
    for (const std::string& text : strings) {
        bytes.insert(bytes.end(), text.begin(), text.end());
        begins.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    group.write(name, std::span<const std::uint8_t>(bytes));
    group.write(name + "_begins", std::span<const std::int64_t>(begins));
}

std::vector<std::string> read_strings(const h5::Group& group, const std::string& name) {
    const std::vector<std::uint8_t> bytes = group.dataset(name).read<std::uint8_t>();
    const auto begins = read_begins(group, name + "_begins", static_cast<std::int64_t>(bytes.size()));
    std::vector<std::string> strings;
    for (std::size_t i = 0; i + 1 < begins.size(); ++i)
        strings.emplace_back(bytes.begin() + begins[i], bytes.begin() + begins[i + 1]);
    return strings;
}

std::vector<std::int64_t> read_begins(const h5::Group& group, const std::string& name, std::int64_t total) {
    std::vector<std::int64_t> begins = group.dataset(name).read<std::int64_t>();
    if (begins.empty() || begins.front() != 0 || begins.back() != total ||
        !std::is_sorted(begins.begin(), begins.end()))
        throw DataError(fmt::format("{}/{}: expected ascending numbers from 0 to {}", group.where(), name, total));
    return begins;
}

std::vector<std::int64_t> read_labels(const h5::Group& group, const std::string& name, std::int64_t n_classes) {
    std::vector<std::int64_t> labels = group.dataset(name).read<std::int64_t>();
    for (std::size_t i = 0; i < labels.size(); ++i)
        if (labels[i] < 0 || labels[i] >= n_classes)
            throw DataError(fmt::format("{}/{}: record {}: expected a label in [0, {}], got {}", group.where(), name, i,
                                        n_classes - 1, labels[i]));
    return labels;
}

void check_count(const h5::Group& group, const std::string& what, std::size_t expected, std::size_t got) {
    if (expected != got)
        throw DataError(
            fmt::format("{}: {}: expected {} records, one for each label, got {}", group.where(), what, expected, got));
}

}  // namespace hpnas

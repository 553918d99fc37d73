#include "hpnas/data/packed_file.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "packed_group.hpp"

namespace hpnas {
namespace {

std::string size_text(const std::vector<std::uint64_t>& sizes) {
    std::string text;
    for (const std::uint64_t size : sizes) text += fmt::format("{}{}", text.empty() ? "" : " x ", size);
    return text;
}

PackedSummary::Part summarize_part(const h5::Group& group, const std::string& name, std::int64_t n_classes) {
    PackedSummary::Part part;
    part.name = name;
    part.per_class.resize(static_cast<std::size_t>(n_classes));
    const bool sequences = group.contains("targets");
    const auto labels = read_labels(group, sequences ? "targets" : "labels", n_classes);
    for (const std::int64_t label : labels) ++part.per_class[static_cast<std::size_t>(label)];
    part.examples =
        static_cast<std::int64_t>(sequences ? group.dataset("targets_begins").sizes()[0] - 1 : labels.size());
    return part;
}

}  // namespace

bool is_packed(const std::string& path) {
    const std::string ending = std::filesystem::path(path).extension().string();
    return (ending == ".h5" || ending == ".hdf5") && !std::filesystem::is_directory(path);
}

PackedSummary summarize_packed(const std::string& path) {
    const h5::File file = h5::File::open(path);
    const h5::Group root = open_packed(file, "");
    PackedSummary summary;
    summary.kind = root.text("kind");
    summary.source = root.text("source");
    summary.classes = root.dataset("classes").read_texts();
    if (root.has("rate")) summary.facts.push_back(fmt::format("{} samples per second", root.integer("rate")));
    for (const char* name : part_names) {
        if (!root.contains(name)) continue;
        const h5::Group group = root.group(name);
        summary.parts.push_back(summarize_part(group, name, static_cast<std::int64_t>(summary.classes.size())));
        for (const char* column : {"pixels", "files", "texts", "samples"})
            if (group.contains(column))
                summary.facts.push_back(
                    fmt::format("{}: {} {}", name, column, size_text(group.dataset(column).sizes())));
    }
    return summary;
}

}  // namespace hpnas

#include <fmt/format.h>

#include "hpnas/core/error.hpp"
#include "hpnas/data/packed_file.hpp"
#include "packed_group.hpp"

namespace hpnas {
namespace {

constexpr std::string_view kind = "texts";

void write_part(h5::Group& root, const std::string& name, const LabelledTexts& part) {
    if (part.size() == 0) return;
    h5::Group group = root.create_group(name);
    group.write("labels", std::span<const std::int64_t>(part.labels));
    write_strings(group, "texts", part.texts);
    if (!part.seconds.empty()) write_strings(group, "seconds", part.seconds);
}

}  // namespace

void write_packed(const TextParts& parts, const std::string& path) {
    h5::publish(path, [&](h5::File& file) {
        h5::Group root = file.root();
        write_head(root, kind, parts.train.classes, parts.train.source);
        write_part(root, "train", parts.train);
        write_part(root, "validation", parts.validation);
        write_part(root, "test", parts.test);
    });
}

TextParts read_packed_texts(const std::string& path) {
    const h5::File file = h5::File::open(path);
    const h5::Group root = open_packed(file, kind);
    TextParts parts;
    LabelledTexts* const all[] = {&parts.train, &parts.validation, &parts.test};
    for (std::size_t p = 0; p < part_names.size(); ++p) {
        LabelledTexts& part = *all[p];
        part.classes = root.dataset("classes").read_texts();
        part.source = path;
        if (!root.contains(part_names[p])) continue;
        const h5::Group group = root.group(part_names[p]);
        part.labels = read_labels(group, "labels", static_cast<std::int64_t>(part.classes.size()));
        part.texts = read_strings(group, "texts");
        if (group.contains("seconds")) part.seconds = read_strings(group, "seconds");
        check_count(group, "texts", part.labels.size(), part.texts.size());
        if (!part.seconds.empty()) check_count(group, "seconds", part.labels.size(), part.seconds.size());
    }
    if (parts.train.size() == 0) throw DataError(fmt::format("{}: expected texts to train on, got none", path));
    return parts;
}

}  // namespace hpnas

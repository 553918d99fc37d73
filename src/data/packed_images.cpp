#include <fmt/format.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
#include "hpnas/data/packed_file.hpp"
#include "packed_group.hpp"

namespace hpnas {
namespace {

constexpr std::string_view kind = "images";

void write_files(h5::Group& group, const ImageFiles& files) {
    std::vector<std::uint8_t> bytes = files.bytes;
    std::vector<std::int64_t> begins = files.begins;
    if (begins.empty()) {
        begins.push_back(0);
        for (const std::string& name : files.names) {
            const std::vector<std::uint8_t> file = read_bytes(name);
            bytes.insert(bytes.end(), file.begin(), file.end());
            begins.push_back(static_cast<std::int64_t>(bytes.size()));
        }
    }
    group.write("files", std::span<const std::uint8_t>(bytes));
    group.write("files_begins", std::span<const std::int64_t>(begins));
    write_strings(group, "names", files.names);
}

void write_part(h5::Group& root, const std::string& name, const ImageSet& set) {
    if (set.size() == 0) return;
    h5::Group group = root.create_group(name);
    group.write("labels", std::span<const std::int64_t>(set.labels));
    if (set.files) return write_files(group, *set.files);
    const std::uint64_t sizes[] = {static_cast<std::uint64_t>(set.size()), static_cast<std::uint64_t>(set.shape[0]),
                                   static_cast<std::uint64_t>(set.shape[1]), static_cast<std::uint64_t>(set.shape[2])};
    group.write("pixels", std::span<const std::uint8_t>(set.pixels), sizes);
}

void read_pixels(const h5::Group& group, ImageSet& set) {
    const h5::Dataset pixels = group.dataset("pixels");
    const std::vector<std::uint64_t> sizes = pixels.sizes();
    if (sizes.size() != 4) throw DataError(fmt::format("{}: expected sizes [N, H, W, C]", pixels.where()));
    check_count(group, "pixels", set.labels.size(), sizes[0]);
    set.shape = {static_cast<std::int64_t>(sizes[1]), static_cast<std::int64_t>(sizes[2]),
                 static_cast<std::int64_t>(sizes[3])};
    set.pixels = pixels.read<std::uint8_t>();
}

void read_files(const h5::Group& group, const std::string& path, const ImageFileOptions& options, ImageSet& set) {
    auto files = std::make_shared<ImageFiles>();
    files->centre = options.centre;
    files->threads = options.threads;
    files->bytes = group.dataset("files").read<std::uint8_t>();
    files->begins = read_begins(group, "files_begins", static_cast<std::int64_t>(files->bytes.size()));
    files->names = read_strings(group, "names");
    for (std::string& name : files->names) name = path + ": " + name;
    check_count(group, "files", set.labels.size(), files->begins.size() - 1);
    check_count(group, "names", set.labels.size(), files->names.size());
    set.shape = {0, 0, 3};
    set.files = std::move(files);
    if (options.size > 0) set = decode_all(set, options.size);
}

}  // namespace

void write_packed(const ImageParts& parts, const std::string& path) {
    h5::publish(path, [&](h5::File& file) {
        h5::Group root = file.root();
        write_head(root, kind, parts.train.classes, parts.train.source);
        write_part(root, "train", parts.train);
        write_part(root, "validation", parts.validation);
        write_part(root, "test", parts.test);
    });
}

ImageParts read_packed_images(const std::string& path, const ImageFileOptions& options) {
    const h5::File file = h5::File::open(path);
    const h5::Group root = open_packed(file, kind);
    ImageParts parts;
    ImageSet* const sets[] = {&parts.train, &parts.validation, &parts.test};
    for (std::size_t p = 0; p < part_names.size(); ++p) {
        ImageSet& set = *sets[p];
        set.classes = root.dataset("classes").read_texts();
        set.source = path;
        set.shape = parts.train.shape;
        if (!root.contains(part_names[p])) continue;
        const h5::Group group = root.group(part_names[p]);
        set.labels = read_labels(group, "labels", set.n_classes());
        if (group.contains("pixels"))
            read_pixels(group, set);
        else
            read_files(group, path, options, set);
    }
    if (parts.train.size() == 0) throw DataError(fmt::format("{}: expected images to train on, got none", path));
    return parts;
}

}  // namespace hpnas

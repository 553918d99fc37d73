#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/data/packed_file.hpp"
#include "hpnas/data/recording.hpp"
#include "packed_group.hpp"

namespace hpnas {
namespace {

constexpr std::string_view kind = "recordings";
constexpr float full_scale = 32768.0F;

void write_part(h5::Group& root, const std::string& name, const LabelledRecordings& part) {
    if (part.size() == 0) return;
    std::vector<std::int16_t> samples;
    std::vector<std::int64_t> begins{0}, targets, target_begins{0};
    for (std::size_t i = 0; i < part.samples.size(); ++i) {
        for (const float sample : part.samples[i])
            samples.push_back(static_cast<std::int16_t>(std::clamp(std::lround(sample * full_scale), -32768L, 32767L)));
        begins.push_back(static_cast<std::int64_t>(samples.size()));
        targets.insert(targets.end(), part.targets[i].begin(), part.targets[i].end());
        target_begins.push_back(static_cast<std::int64_t>(targets.size()));
    }
    h5::Group group = root.create_group(name);
    group.write("samples", std::span<const std::int16_t>(samples));
    group.write("samples_begins", std::span<const std::int64_t>(begins));
    group.write("targets", std::span<const std::int64_t>(targets));
    group.write("targets_begins", std::span<const std::int64_t>(target_begins));
    write_strings(group, "names", part.names);
}

void read_part(const h5::Group& group, std::int64_t stored_rate, LabelledRecordings& part) {
    const auto samples = group.dataset("samples").read<std::int16_t>();
    const auto begins = read_begins(group, "samples_begins", static_cast<std::int64_t>(samples.size()));
    const auto targets = read_labels(group, "targets", static_cast<std::int64_t>(part.classes.size()));
    const auto target_begins = read_begins(group, "targets_begins", static_cast<std::int64_t>(targets.size()));
    const std::vector<std::string> names = read_strings(group, "names");
    check_count(group, "samples", names.size(), begins.size() - 1);
    check_count(group, "targets", names.size(), target_begins.size() - 1);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (begins[i] == begins[i + 1] || target_begins[i] == target_begins[i + 1])
            throw DataError(fmt::format("{}: record {}: expected samples and targets, got none", group.where(), i));
        Recording recording{{}, stored_rate};
        for (std::int64_t k = begins[i]; k < begins[i + 1]; ++k)
            recording.samples.push_back(static_cast<float>(samples[static_cast<std::size_t>(k)]) / full_scale);
        if (stored_rate != part.rate) recording = resample(recording, part.rate);
        part.append(std::move(recording.samples),
                    {targets.begin() + target_begins[i], targets.begin() + target_begins[i + 1]}, names[i]);
    }
}

}  // namespace

void write_packed(const RecordingParts& parts, const std::string& path) {
    h5::publish(path, [&](h5::File& file) {
        h5::Group root = file.root();
        write_head(root, kind, parts.train.classes, parts.train.source);
        root.set("rate", parts.train.rate);
        root.set("sequences", std::int64_t{parts.sequences ? 1 : 0});
        write_part(root, "train", parts.train);
        write_part(root, "validation", parts.validation);
        write_part(root, "test", parts.test);
    });
}

RecordingParts read_packed_recordings(const std::string& path, std::int64_t rate, bool may_resample) {
    const h5::File file = h5::File::open(path);
    const h5::Group root = open_packed(file, kind);
    const std::int64_t stored_rate = root.integer("rate");
    if (stored_rate != rate && !may_resample)
        throw DataError(
            fmt::format("{}: expected {} Hz, got {} Hz; set resample: true to convert", path, rate, stored_rate));
    RecordingParts parts;
    parts.sequences = root.integer("sequences") != 0;
    LabelledRecordings* const all[] = {&parts.train, &parts.validation, &parts.test};
    for (std::size_t p = 0; p < part_names.size(); ++p) {
        all[p]->classes = root.dataset("classes").read_texts();
        all[p]->source = path;
        all[p]->rate = rate;
        if (root.contains(part_names[p])) read_part(root.group(part_names[p]), stored_rate, *all[p]);
    }
    if (parts.train.size() == 0) throw DataError(fmt::format("{}: expected recordings to train on, got none", path));
    return parts;
}

}  // namespace hpnas

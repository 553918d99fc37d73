#include "hpnas/latency/surrogate_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <string_view>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t schema_version = 1;
constexpr const char* group_name = "latency_surrogate";

void describe(h5::Dataset dataset, const char* unit, const char* doc) {
    dataset.set("units", unit);
    dataset.set("long_name", doc);
}

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
    throw StoreError(fmt::format("{}: {}", where, what), ExitCode::data);
}

/// A column of `count` numbers.
template <class T>
std::vector<T> read_column(const h5::Group& group, const std::string& name, std::size_t count) {
    const h5::Dataset dataset = group.dataset(name);
    std::vector<T> values = dataset.template read<T>();
    if (values.size() != count)
        refuse(dataset.where(), fmt::format("expected {} values, got {}", count, values.size()));
    return values;
}

void write_pairs(h5::Group& group, const SurrogateRecord& record) {
    std::vector<std::int16_t> encodings;
    std::vector<double> median, fastest, std_ms;
    std::vector<std::int64_t> counts;
    std::vector<std::uint8_t> held_out;
    for (const LatencyPair& pair : record.pairs) {
        encodings.insert(encodings.end(), pair.encoding.begin(), pair.encoding.end());
        median.push_back(pair.timing.median_ms);
        fastest.push_back(pair.timing.min_ms);
        std_ms.push_back(pair.timing.std_ms);
        counts.push_back(pair.timing.count);
        held_out.push_back(pair.held_out ? 1 : 0);
    }
    const std::array<std::uint64_t, 2> sizes{record.pairs.size(), record.decisions.size()};
    describe(group.write<std::int16_t>("encoding", encodings, sizes), "1", "choice of each decision");
    describe(group.write<double>("median_ms", median), "ms", "median time of one forward pass: what is fitted");
    describe(group.write<double>("min_ms", fastest), "ms", "shortest sample");
    describe(group.write<double>("std_ms", std_ms), "ms", "standard deviation of the samples");
    describe(group.write<std::int64_t>("count", counts), "count", "samples taken");
    describe(group.write<std::uint8_t>("held_out", held_out), "1", "1: only judged by, never fitted to");
}

void read_pairs(const h5::Group& group, SurrogateRecord& record) {
    const std::size_t n = group.dataset("median_ms").read<double>().size(), width = record.decisions.size();
    const auto encodings = read_column<std::int16_t>(group, "encoding", n * width);
    const auto median = read_column<double>(group, "median_ms", n);
    const auto fastest = read_column<double>(group, "min_ms", n);
    const auto std_ms = read_column<double>(group, "std_ms", n);
    const auto counts = read_column<std::int64_t>(group, "count", n);
    const auto held_out = read_column<std::uint8_t>(group, "held_out", n);
    for (std::size_t i = 0; i < n; ++i) {
        const auto row = encodings.begin() + static_cast<std::ptrdiff_t>(i * width);
        LatencyPair pair{.encoding{row, row + static_cast<std::ptrdiff_t>(width)}, .held_out = held_out[i] != 0};
        for (std::size_t d = 0; d < width; ++d)
            if (pair.encoding[d] < 0 || pair.encoding[d] >= record.choices[d])
                refuse(group.where(), fmt::format("row {}: {}: expected a choice in [0, {}), got {}", i,
                                                  record.decisions[d], record.choices[d], pair.encoding[d]));
        if (!(std::isfinite(median[i]) && median[i] > 0))
            refuse(group.where(), fmt::format("row {}: expected a time > 0 ms, got {}", i, median[i]));
        pair.timing.median_ms = median[i];
        pair.timing.min_ms = fastest[i];
        pair.timing.std_ms = std_ms[i];
        pair.timing.count = counts[i];
        record.pairs.push_back(std::move(pair));
    }
}

void write_linear(h5::Group group, const LinearSurrogate& linear) {
    group.set("offset_ms", linear.offset_ms());
    describe(group.write<double>("coefficients_ms", linear.coefficients_ms()), "ms", "time per unit of each feature");
}

LinearSurrogate read_linear(const h5::Group& group, std::size_t features) {
    return {group.number("offset_ms"), read_column<double>(group, "coefficients_ms", features)};
}

void write_mlp(h5::Group group, const MlpParameters& mlp) {
    std::vector<double> mean, scale;
    for (const Standardisation& s : mlp.inputs) {
        mean.push_back(s.mean);
        scale.push_back(s.scale);
    }
    group.set("layers", static_cast<std::int64_t>(mlp.layers.size()));
    group.set("output_mean_ms", mlp.output.mean);
    group.set("output_scale_ms", mlp.output.scale);
    describe(group.write<double>("input_mean", mean), "1", "subtracted from each feature");
    describe(group.write<double>("input_scale", scale), "1", "divides each feature; 0: the feature counts as 0");
    for (std::size_t l = 0; l < mlp.layers.size(); ++l) {
        const DenseLayer& layer = mlp.layers[l];
        const std::array<std::uint64_t, 2> sizes{layer.in, layer.out};
        describe(group.write<double>(fmt::format("weights{}", l), layer.weights, sizes), "1", "[in, out] of the layer");
        describe(group.write<double>(fmt::format("bias{}", l), layer.bias), "1", "[out] of the layer");
    }
}

MlpSurrogate read_mlp(const h5::Group& group, std::size_t features) {
    MlpParameters mlp;
    const auto mean = read_column<double>(group, "input_mean", features);
    const auto scale = read_column<double>(group, "input_scale", features);
    for (std::size_t i = 0; i < features; ++i) mlp.inputs.push_back({mean[i], scale[i]});
    mlp.output = {group.number("output_mean_ms"), group.number("output_scale_ms")};
    const std::int64_t n_layers = group.integer("layers");
    for (std::int64_t l = 0; l < n_layers; ++l) {
        const h5::Dataset weights = group.dataset(fmt::format("weights{}", l));
        const std::vector<std::uint64_t> sizes = weights.sizes();
        if (sizes.size() != 2) refuse(weights.where(), "expected two dimensions");
        mlp.layers.push_back({sizes[0], sizes[1], weights.read<double>(),
                              read_column<double>(group, fmt::format("bias{}", l), sizes[1])});
    }
    return MlpSurrogate(std::move(mlp));
}

void write_head(h5::Group& group, const SurrogateRecord& record) {
    const TableConditions& c = record.conditions;
    group.set("schema_version", schema_version);
    group.set("space", record.space);
    group.set("device", c.device);
    group.set("batch", c.batch);
    group.set("threads", c.threads);
    group.set("precision", c.precision);
    group.set("libraries", c.libraries);
    group.set("date", c.date);
    describe(group.write_texts("decision", record.decisions), "1", "decisions of the space");
    describe(group.write<std::int64_t>("choices", record.choices), "count", "options of each decision");
}

SurrogateRecord read_head(const h5::Group& group) {
    const std::int64_t version = group.integer("schema_version");
    if (version != schema_version)
        refuse(group.where(), fmt::format("expected schema version {}, got {}", schema_version, version));
    SurrogateRecord record;
    record.space = group.text("space");
    record.conditions = {.device = group.text("device"),
                         .batch = group.integer("batch"),
                         .threads = group.integer("threads"),
                         .precision = group.text("precision"),
                         .libraries = group.text("libraries"),
                         .date = group.text("date")};
    record.decisions = group.dataset("decision").read_texts();
    record.choices = read_column<std::int64_t>(group, "choices", record.decisions.size());
    if (std::any_of(record.choices.begin(), record.choices.end(), [](std::int64_t n) { return n < 1 || n > 32767; }))
        refuse(group.where(), "choices: expected numbers in [1, 32767]");
    return record;
}

}  // namespace

ChoiceGroups SurrogateRecord::groups() const {
    return ChoiceGroups(std::vector<std::size_t>(choices.begin(), choices.end()));
}

SurrogateSamples SurrogateRecord::samples(bool held_out) const {
    const ChoiceGroups layout = groups();
    SurrogateSamples result{.features = layout.total()};
    for (const LatencyPair& pair : pairs)
        if (pair.held_out == held_out) result.add(layout, pair.encoding, pair.timing.median_ms);
    return result;
}

void save_surrogates(const SurrogateRecord& record, const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;  // publish() reports a folder that cannot be written to
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    h5::publish(path, [&](h5::File& file) {
        h5::Group group = file.root().create_group(group_name);
        write_head(group, record);
        write_pairs(group, record);
        if (record.linear) write_linear(group.create_group("linear"), *record.linear);
        if (record.mlp) write_mlp(group.create_group("mlp"), record.mlp->parameters());
    });
}

SurrogateRecord load_surrogates(const std::string& path) {
    const h5::File file = h5::File::open(path);
    if (!file.root().contains(group_name))
        refuse(path, fmt::format("no latency surrogates: expected the group /{}", group_name));
    const h5::Group group = file.root().group(group_name);
    SurrogateRecord record = read_head(group);
    read_pairs(group, record);
    const std::size_t features = record.groups().total();
    try {
        if (group.contains("linear")) record.linear = read_linear(group.group("linear"), features);
        if (group.contains("mlp")) record.mlp = read_mlp(group.group("mlp"), features);
    } catch (const InternalError& error) {
        refuse(group.where(), error.what());
    }
    return record;
}

}  // namespace hpnas

#include "hpnas/latency/table_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/h5/file.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t schema_version = 1;
constexpr std::string_view group_name = "latency_table";

/// A column of times.
struct TimeColumn {
    const char* name;
    const char* doc;
    double Timing::*member;
};
constexpr std::array<TimeColumn, 5> time_columns{{
    {"median_ms", "median time of one run: the value of the table", &Timing::median_ms},
    {"min_ms", "shortest sample", &Timing::min_ms},
    {"p90_ms", "90 % quantile of the samples", &Timing::p90_ms},
    {"mean_ms", "mean of the samples", &Timing::mean_ms},
    {"std_ms", "standard deviation of the samples", &Timing::std_ms},
}};

void describe(h5::Dataset dataset, const char* unit, const char* doc) {
    dataset.set("units", unit);
    dataset.set("long_name", doc);
}

void write_conditions(h5::Group& group, const LatencyTable& table) {
    const TableConditions& c = table.conditions();
    const Calibration calibration = table.calibration.value_or(Calibration{});
    group.set("schema_version", schema_version);
    group.set("device", c.device);
    group.set("batch", c.batch);
    group.set("threads", c.threads);
    group.set("precision", c.precision);
    group.set("libraries", c.libraries);
    group.set("date", c.date);
    group.set("calibration_kind", table.calibration ? calibration.kind : "absent");
    group.set("calibration_offset_ms", calibration.offset_ms);
    group.set("calibration_slope", calibration.slope);
    group.set("calibration_count", calibration.count);
}

void write_columns(h5::Group& group, const LatencyTable& table) {
    std::vector<std::string> blocks;
    std::vector<std::int64_t> shapes, counts;
    std::array<std::vector<double>, time_columns.size()> times;
    for (const auto& [key, timing] : table.entries()) {
        blocks.push_back(key.block);
        for (int i = 0; i < Shape::max_rank; ++i) shapes.push_back(i < key.input.rank() ? key.input[i] : 0);
        for (std::size_t c = 0; c < times.size(); ++c) times[c].push_back(timing.*time_columns[c].member);
        counts.push_back(timing.count);
    }
    const std::array<std::uint64_t, 2> sizes{blocks.size(), Shape::max_rank};
    describe(group.write_texts("block", blocks), "1", "configuration of the block");
    describe(group.write<std::int64_t>("input_shape", shapes, sizes), "1",
             "sizes of one sample's input, channels last; unused dimensions behind it are 0");
    for (std::size_t c = 0; c < times.size(); ++c)
        describe(group.write<double>(time_columns[c].name, times[c]), "ms", time_columns[c].doc);
    describe(group.write<std::int64_t>("count", counts), "count", "samples taken");
}

TableConditions read_conditions(const h5::Group& group) {
    const std::int64_t version = group.integer("schema_version");
    if (version != schema_version)
        throw StoreError(fmt::format("{}: expected schema version {}, got {}", group.where(), schema_version, version),
                         ExitCode::data);
    return {.device = group.text("device"),
            .batch = group.integer("batch"),
            .threads = group.integer("threads"),
            .precision = group.text("precision"),
            .libraries = group.text("libraries"),
            .date = group.text("date")};
}

std::optional<Calibration> read_calibration(const h5::Group& group) {
    Calibration c{.offset_ms = group.number("calibration_offset_ms"),
                  .slope = group.number("calibration_slope"),
                  .count = group.integer("calibration_count"),
                  .kind = group.text("calibration_kind")};
    if (c.kind == "absent") return std::nullopt;
    if (!std::isfinite(c.offset_ms) || !(c.slope > 0))
        throw StoreError(fmt::format("{}: calibration: expected a slope > 0, got {}", group.where(), c.slope),
                         ExitCode::data);
    return c;
}

/// The shape before the first zero. @throws StoreError if a size is negative
Shape read_shape(std::span<const std::int64_t> sizes, const std::string& where) {
    std::size_t rank = 0;
    while (rank < sizes.size() && sizes[rank] != 0) ++rank;
    for (const std::int64_t size : sizes.first(rank))
        if (size < 0) throw StoreError(fmt::format("{}: negative size {}", where, size), ExitCode::data);
    return Shape(sizes.first(rank));
}

void check_length(std::size_t expected, std::size_t got, const std::string& where) {
    if (expected != got)
        throw StoreError(fmt::format("{}: expected {} values, got {}", where, expected, got), ExitCode::data);
}

void read_columns(const h5::Group& group, LatencyTable& table) {
    const std::vector<std::string> blocks = group.dataset("block").read_texts();
    const auto column = [&]<class T>(const char* name, T, std::size_t per_row) {
        const h5::Dataset dataset = group.dataset(name);
        std::vector<T> values = dataset.template read<T>();
        check_length(blocks.size() * per_row, values.size(), dataset.where());
        return values;
    };
    const std::vector<std::int64_t> shapes = column("input_shape", std::int64_t{}, Shape::max_rank);
    const std::vector<std::int64_t> counts = column("count", std::int64_t{}, 1);
    std::array<std::vector<double>, time_columns.size()> times;
    for (std::size_t c = 0; c < times.size(); ++c) times[c] = column(time_columns[c].name, double{}, 1);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        Timing timing;
        for (std::size_t c = 0; c < times.size(); ++c) timing.*time_columns[c].member = times[c][i];
        timing.count = counts[i];
        const auto sizes = std::span(shapes).subspan(i * Shape::max_rank, Shape::max_rank);
        try {
            table.set({blocks[i], read_shape(sizes, group.where())}, timing);
        } catch (const InternalError& error) {
            throw StoreError(fmt::format("{}: row {}: {}", group.where(), i, error.what()), ExitCode::data);
        }
    }
}

}  // namespace

void save_table(const LatencyTable& table, const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::error_code ignored;  // publish() reports a folder that cannot be written to
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    h5::publish(path, [&](h5::File& file) {
        h5::Group group = file.root().create_group(std::string(group_name));
        write_conditions(group, table);
        write_columns(group, table);
    });
}

LatencyTable load_table(const std::string& path) {
    const h5::File file = h5::File::open(path);
    if (!file.root().contains(std::string(group_name)))
        throw StoreError(fmt::format("{}: no latency table: expected the group /{}", path, group_name), ExitCode::data);
    const h5::Group group = file.root().group(std::string(group_name));
    LatencyTable table(read_conditions(group));
    read_columns(group, table);
    table.calibration = read_calibration(group);
    return table;
}

}  // namespace hpnas

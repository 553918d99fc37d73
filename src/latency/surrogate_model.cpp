#include "hpnas/latency/surrogate_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr double least_share = 0.5;  // of the shortest measured time; as for calibrated tables

SurrogateRecord open_record(const SurrogateModelOptions& options, const LatencyContext& context) {
    if (!std::filesystem::exists(options.path))
        throw StoreError(
            fmt::format("latency: expected the file '{}', which does not exist; make it with 'hpnas latency surrogate'",
                        options.path),
            ExitCode::no_input);
    SurrogateRecord record = load_surrogates(options.path);
    check_usable(record, options, context);
    return record;
}

const LatencySurrogate* chosen(const SurrogateRecord& record, std::string_view kind) {
    if (kind == "linear") return record.linear ? &*record.linear : nullptr;
    return record.mlp ? &*record.mlp : nullptr;
}

}  // namespace

void SurrogateModelOptions::visit(OptionVisitor& v) {
    v.text({.name = "path", .doc = "file (HDF5), as 'hpnas latency surrogate' writes it", .required = true}, path);
    v.integer({"batch", "images per forward pass", 1, 65536}, batch);
    v.boolean({"force", "use a file made on another device or for another batch or number of threads"}, force);
    v.group({"timing", "repetitions of one measurement, for 'hpnas latency surrogate'"}, timing);
}

void check_usable(const SurrogateRecord& record, const SurrogateModelOptions& options, const LatencyContext& context) {
    if (!context.space.empty() && context.space != record.space)
        throw StoreError(fmt::format("{}: latencies of another space: expected {}, got {}", options.path, context.space,
                                     record.space),
                         ExitCode::data);
    const std::string difference = present_conditions(options.batch, context).conflict(record.conditions);
    if (!difference.empty() && !options.force)
        throw StoreError(
            fmt::format(
                "{}: latencies measured under other conditions (here against there): {}; measure on this machine, "
                "or set latency.force: true to use them all the same",
                options.path, difference),
            ExitCode::data);
}

SurrogateModel::SurrogateModel(std::string_view kind, const SurrogateModelOptions& options,
                               const LatencyContext& context)
    : record_(open_record(options, context)), groups_(record_.groups()), surrogate_(chosen(record_, kind)) {
    if (surrogate_ == nullptr)
        throw StoreError(
            fmt::format("{}: no surrogate '{}' was fitted yet; finish 'hpnas latency surrogate'", options.path, kind),
            ExitCode::data);
    double shortest = std::numeric_limits<double>::infinity();
    for (const LatencyPair& pair : record_.pairs) shortest = std::min(shortest, pair.timing.median_ms);
    if (!record_.pairs.empty()) least_ms_ = least_share * shortest;
}

Milliseconds SurrogateModel::do_predict(const Network&) {
    throw ConfigError(
        fmt::format("latency: '{}' predicts from encodings, but only a network is known here; use table or "
                    "measured",
                    name()));
}

Milliseconds SurrogateModel::do_predict_encoded(const Network&, std::span<const std::int16_t> encoding) {
    std::vector<double> features(groups_.total());
    one_hot(groups_, encoding, features);
    return Milliseconds(std::max(least_ms_, surrogate_->value(features)));
}

}  // namespace hpnas

#include "hpnas/data/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

/// One example's place in the random order of its class.
struct Place {
    std::int64_t index = 0;
    std::int64_t label = 0;
    std::int64_t rank = 0;     // in the class
    std::int64_t members = 0;  // of the class
};

void shuffle(std::vector<std::int64_t>& values, Rng rng) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[rng.below(i)]);
}

/// Positions in `labels` so that every prefix holds each class in proportion: example r of n in its class comes at (r +
/// 1/2) / n.
std::vector<std::int64_t> stratified_order(std::span<const std::int64_t> labels, std::uint64_t seed) {
    std::vector<std::vector<std::int64_t>> members;
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const auto label = static_cast<std::size_t>(labels[i]);
        members.resize(std::max(members.size(), label + 1));
        members[label].push_back(static_cast<std::int64_t>(i));
    }
    std::vector<Place> places;
    for (std::size_t label = 0; label < members.size(); ++label) {
        shuffle(members[label], Rng(seed, Purpose::data, label));
        const auto n = static_cast<std::int64_t>(members[label].size());
        for (std::int64_t r = 0; r < n; ++r)
            places.push_back({members[label][static_cast<std::size_t>(r)], static_cast<std::int64_t>(label), r, n});
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        const std::int64_t left = (2 * a.rank + 1) * b.members, right = (2 * b.rank + 1) * a.members;
        return left != right ? left < right : a.label < b.label;
    });
    std::vector<std::int64_t> order;
    for (const Place& place : places) order.push_back(place.index);
    return order;
}

std::vector<std::int64_t> sorted(std::span<const std::int64_t> indices) {
    std::vector<std::int64_t> result(indices.begin(), indices.end());
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace

IndexSplit stratified_split(std::span<const std::int64_t> labels, const SplitOptions& options,
                            std::string_view source) {
    const auto n = static_cast<std::int64_t>(labels.size());
    const std::int64_t n_validation = options.validation_images > 0
                                          ? options.validation_images
                                          : std::llround(options.validation_fraction * static_cast<double>(n));
    const std::int64_t n_train = options.train_images > 0 ? options.train_images : n - n_validation;
    if (n_validation < 1 || n_train < 1 || n_validation > n || n_train > n - n_validation)
        throw DataError(fmt::format(
            "{}: expected at least one example to train on and one to validate with, got {} + {} of {}; change "
            "the number to train on, the number to validate with or validation_fraction",
            source, n_train, n_validation, n));
    const std::vector<std::int64_t> order = stratified_order(labels, static_cast<std::uint64_t>(options.seed));
    const auto first = static_cast<std::size_t>(n_validation), count = static_cast<std::size_t>(n_train);
    return {sorted(std::span(order).subspan(first, count)), sorted(std::span(order).first(first))};
}

Split stratified_split(std::shared_ptr<const ImageSet> images, const SplitOptions& options) {
    IndexSplit parts = stratified_split(images->labels, options, images->source);
    return {{images, std::move(parts.train)}, {images, std::move(parts.validation)}};
}

ImageSubset stratified_subset(const ImageSubset& from, std::int64_t count, std::uint64_t seed) {
    if (count < 1 || count > from.size())
        throw DataError(
            fmt::format("{}: expected a subset of 1 to {} images, got {}", from.images->source, from.size(), count));
    std::vector<std::int64_t> labels;
    for (std::int64_t i = 0; i < from.size(); ++i) labels.push_back(from.label(i));
    std::vector<std::int64_t> indices;
    const std::vector<std::int64_t> order = stratified_order(labels, seed);
    for (const std::int64_t position : std::span(order).first(static_cast<std::size_t>(count)))
        indices.push_back(from.indices[static_cast<std::size_t>(position)]);
    return {from.images, sorted(indices)};
}

}  // namespace hpnas

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

/// One image's place in the random order of its class.
struct Place {
    std::int64_t index = 0;  // in the set
    std::int64_t label = 0;
    std::int64_t rank = 0;     // in the class
    std::int64_t members = 0;  // of the class
};

void shuffle(std::vector<std::int64_t>& values, Rng rng) {
    for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[rng.below(i)]);
}

/// The subset's indices so that every prefix holds each class in proportion: image r of n in its class comes at (r +
/// 1/2) / n.
std::vector<std::int64_t> stratified_order(const ImageSubset& from, std::uint64_t seed) {
    std::vector<std::vector<std::int64_t>> members(static_cast<std::size_t>(from.images->n_classes()));
    for (std::int64_t i = 0; i < from.size(); ++i)
        members[static_cast<std::size_t>(from.label(i))].push_back(from.indices[static_cast<std::size_t>(i)]);

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

ImageSubset take(const ImageSubset& from, std::span<const std::int64_t> indices) {
    ImageSubset part{from.images, {indices.begin(), indices.end()}};
    std::sort(part.indices.begin(), part.indices.end());
    return part;
}

}  // namespace

Split stratified_split(std::shared_ptr<const ImageSet> images, const SplitOptions& options) {
    const ImageSubset all = whole(std::move(images));
    const std::int64_t n = all.size();
    const std::int64_t n_validation = options.validation_images > 0
                                          ? options.validation_images
                                          : std::llround(options.validation_fraction * static_cast<double>(n));
    const std::int64_t n_train = options.train_images > 0 ? options.train_images : n - n_validation;
    if (n_validation < 1 || n_train < 1 || n_validation > n || n_train > n - n_validation)
        throw DataError(
            fmt::format("{}: expected at least one image to train on and one to validate with, got {} + {} "
                        "of {} images; change train_images, validation_images or validation_fraction",
                        all.images->source, n_train, n_validation, n));
    const std::vector<std::int64_t> order = stratified_order(all, static_cast<std::uint64_t>(options.seed));
    const auto first = static_cast<std::size_t>(n_validation), count = static_cast<std::size_t>(n_train);
    return {take(all, std::span(order).subspan(first, count)), take(all, std::span(order).first(first))};
}

ImageSubset stratified_subset(const ImageSubset& from, std::int64_t count, std::uint64_t seed) {
    if (count < 1 || count > from.size())
        throw DataError(
            fmt::format("{}: expected a subset of 1 to {} images, got {}", from.images->source, from.size(), count));
    const std::vector<std::int64_t> order = stratified_order(from, seed);
    return take(from, std::span(order).first(static_cast<std::size_t>(count)));
}

}  // namespace hpnas

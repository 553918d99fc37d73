#include "hpnas/data/normalization.hpp"

#include <algorithm>
#include <cmath>

#include "parallel.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t most_files = 2048;

/// Sums over the pixels of one channel; integers, so exact in any order.
struct Sums {
    std::uint64_t first = 0, second = 0, pixels = 0;
    void add(std::uint64_t value) noexcept {
        first += value;
        second += value * value;
        ++pixels;
    }
};
using ChannelSums = std::vector<Sums>;

void add(const std::uint8_t* image, std::int64_t count, ChannelSums& sums) {
    const auto channels = static_cast<std::int64_t>(sums.size());
    for (std::int64_t c = 0; c < channels; ++c)
        for (std::int64_t p = c; p < count; p += channels) sums[static_cast<std::size_t>(c)].add(image[p]);
}

void add(const ChannelSums& part, ChannelSums& all) {
    for (std::size_t c = 0; c < all.size(); ++c) {
        all[c].first += part[c].first;
        all[c].second += part[c].second;
        all[c].pixels += part[c].pixels;
    }
}

/// Sums of image k of `n`, which `add_image` adds, over all k.
template <class AddImage>
ChannelSums sum_images(std::int64_t n, std::int64_t channels, const AddImage& add_image) {
    ChannelSums all(static_cast<std::size_t>(channels));
    parallel_for(n, [&](std::int64_t k) {
        ChannelSums own(all.size());
        add_image(k, own);
#pragma omp critical
        add(own, all);
    });
    return all;
}

ChannelSums pixel_sums(const ImageSubset& images) {
    const Shape& shape = images.images->shape;
    return sum_images(images.size(), shape.channels(),
                      [&](std::int64_t i, ChannelSums& sums) { add(images.image(i), shape.count(), sums); });
}

/// Of at most `most_files` files, evenly spaced.
ChannelSums file_sums(const ImageSubset& images) {
    const std::int64_t n = std::min(images.size(), most_files);
    return sum_images(n, 3, [&](std::int64_t k, ChannelSums& sums) {
        const Pixels image =
            images.images->files->decode(images.indices[static_cast<std::size_t>(k * images.size() / n)]);
        add(image.rgb.data(), static_cast<std::int64_t>(image.rgb.size()), sums);
    });
}

}  // namespace

Normalization measure_normalization(const ImageSubset& images) {
    Normalization result;
    for (const Sums& sums : images.images->files ? file_sums(images) : pixel_sums(images)) {
        const auto n = static_cast<double>(sums.pixels);
        const double mean = static_cast<double>(sums.first) / n;
        const double variance = static_cast<double>(sums.second) / n - mean * mean;
        result.mean.push_back(static_cast<float>(mean));
        // Bytes that differ at all have a variance above 1e-12 unless there are 1e12 pixels: below it is rounding.
        result.deviation.push_back(variance > 1e-12 ? static_cast<float>(std::sqrt(variance)) : 1.0F);
    }
    return result;
}

}  // namespace hpnas

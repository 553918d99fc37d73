#include "hpnas/data/augmentation.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

// Streams of one image in one epoch, told apart by the highest bits: none of the transform.
constexpr std::uint64_t mixing_stream = std::uint64_t{1} << 63, erasing_stream = std::uint64_t{1} << 62,
                        noise_stream = mixing_stream | erasing_stream, operation_stream = std::uint64_t{1} << 61;

/// Stream of one image in one epoch: 2^29 epochs of 2^32 images.
std::uint64_t stream(std::int64_t epoch, std::int64_t sample) {
    return (static_cast<std::uint64_t>(epoch) << 32) ^ static_cast<std::uint64_t>(sample);
}

std::int64_t draw_shift(std::int64_t padding, Rng& rng) {
    return static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(2 * padding + 1))) - padding;
}

/// Beta(alpha, alpha) for alpha <= 1: x / (x + y), x = u^(1/alpha), y likewise, if x + y <= 1. In logarithms, because
/// for a small alpha nearly all powers underflow. Source: Johnk, Metrika 8 (1964) 5-15.
double draw_beta(double alpha, Rng& rng) {
    while (true) {
        const double log_u = std::log(rng.uniform()), log_v = std::log(rng.uniform());
        const bool accepted = std::exp(log_u / alpha) + std::exp(log_v / alpha) <= 1.0;
        const double weight = 1.0 / (1.0 + std::exp((log_v - log_u) / alpha));
        if (accepted && !std::isnan(weight)) return weight;
    }
}

}  // namespace

// Every number is drawn whether it is used or not, so that switching one change on leaves the others as they were.
ImageTransform draw_transform(const AugmentationOptions& options, const Shape& image, std::uint64_t seed,
                              std::int64_t epoch, std::int64_t sample) {
    Rng rng(seed, Purpose::augmentation, stream(epoch, sample));
    ImageTransform transform;
    transform.shift_y = draw_shift(options.crop_padding, rng);
    transform.shift_x = draw_shift(options.crop_padding, rng);
    transform.flip = (rng() & 1U) != 0 && options.flip;
    const auto centre_y = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(image[0])));
    const auto centre_x = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(image[1])));
    transform.hole_side = options.cutout;
    transform.hole_top = centre_y - options.cutout / 2;
    transform.hole_left = centre_x - options.cutout / 2;
    return transform;
}

std::uint64_t rand_augment_stream(std::int64_t epoch, std::int64_t sample) noexcept {
    return stream(epoch, sample) | operation_stream;
}

Erasure draw_erasure(double probability, const Shape& image, std::uint64_t seed, std::int64_t epoch,
                     std::int64_t sample) {
    constexpr double smallest = 0.02, largest = 1.0 / 3, flattest = 0.3;
    constexpr int n_attempts = 10;  // a long rectangle may not fit
    Rng rng(seed, Purpose::augmentation, stream(epoch, sample) | erasing_stream);
    if (rng.uniform() >= probability) return {};
    const auto pixels = static_cast<double>(image[0] * image[1]);
    for (int attempt = 0; attempt < n_attempts; ++attempt) {
        const double area = pixels * (smallest + (largest - smallest) * rng.uniform());
        const double aspect = std::exp(std::log(flattest) * (1 - 2 * rng.uniform()));
        const auto height = std::llround(std::sqrt(area * aspect)), width = std::llround(std::sqrt(area / aspect));
        if (height < 1 || width < 1 || height >= image[0] || width >= image[1]) continue;
        const auto top = rng.below(static_cast<std::uint64_t>(image[0] - height + 1));
        const auto left = rng.below(static_cast<std::uint64_t>(image[1] - width + 1));
        return {static_cast<std::int64_t>(top), static_cast<std::int64_t>(left), height, width};
    }
    return {};
}

void erase(const Erasure& erasure, const Shape& shape, std::uint64_t seed, std::int64_t epoch, std::int64_t sample,
           float* image) {
    Rng rng(seed, Purpose::augmentation, stream(epoch, sample) | noise_stream);
    const std::int64_t channels = shape.channels();
    for (std::int64_t y = erasure.top; y < erasure.top + erasure.height; ++y)
        for (std::int64_t i = erasure.left * channels; i < (erasure.left + erasure.width) * channels; ++i)
            image[y * shape[1] * channels + i] = static_cast<float>(rng.normal());
}

Mixing draw_mixing(double alpha, std::int64_t n, std::uint64_t seed, std::int64_t epoch, std::int64_t sample) {
    if (alpha <= 0.0) return {};
    Rng rng(seed, Purpose::augmentation, stream(epoch, sample) | mixing_stream);
    const auto partner = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(n)));
    const double weight = draw_beta(alpha, rng);
    return {partner, static_cast<float>(std::max(weight, 1.0 - weight))};
}

}  // namespace hpnas

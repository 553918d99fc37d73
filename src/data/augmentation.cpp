#include "hpnas/data/augmentation.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

constexpr std::uint64_t mixing_stream = std::uint64_t{1} << 63;

/// Stream of one image in one epoch: 2^31 epochs of 2^32 images.
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

Mixing draw_mixing(double alpha, std::int64_t n, std::uint64_t seed, std::int64_t epoch, std::int64_t sample) {
    if (alpha <= 0.0) return {};
    Rng rng(seed, Purpose::augmentation, stream(epoch, sample) | mixing_stream);
    const auto partner = static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(n)));
    const double weight = draw_beta(alpha, rng);
    return {partner, static_cast<float>(std::max(weight, 1.0 - weight))};
}

}  // namespace hpnas

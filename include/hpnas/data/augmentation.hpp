#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/core/shape.hpp"
#include "hpnas/data/rand_augment.hpp"

namespace hpnas {

/// Random changes of training images. Lengths are in pixels of the stored image, before it is resized to the network's
/// resolution; of the resized one where images are files or crop_area is below 1.
struct AugmentationOptions {
    std::int64_t crop_padding = 4;
    bool flip = true;
    std::int64_t cutout = 0;
    double mixup = 0.0;
    double erasing = 0.0;
    double crop_area = 1.0;
    RandAugmentOptions rand_augment;

    void visit(OptionVisitor& v) {
        v.integer({"crop_padding", "random shift by up to this many pixels each way; 0: off", 0, 64}, crop_padding);
        v.boolean({"flip", "mirror left to right with probability 1/2"}, flip);
        v.integer({"cutout", "side of a square set to the mean colour, in pixels; 0: off", 0, 512}, cutout);
        v.number({"mixup", "alpha of the Beta(alpha, alpha) weight that blends two samples; 0: off", 0, 1}, mixup);
        v.number({"erasing", "probability that a rectangle is replaced by noise", 0, 1}, erasing);
        v.number({"crop_area",
                  "least share of the image's area that a random crop, resized to the input, has (0.08 is usual for "
                  "ImageNet); 1: off",
                  0.01, 1},
                 crop_area);
        v.group({"rand_augment", "random operations on colours and geometry"}, rand_augment);
    }
};

/// What is done to one image in one epoch.
struct ImageTransform {
    std::int64_t shift_y = 0,
                 shift_x = 0;  ///< output pixel (y, x) is stored pixel (y + shift_y, x + shift_x), before the flip
    bool flip = false;         ///< the shifted image is mirrored
    std::int64_t hole_top = 0, hole_left = 0,
                 hole_side = 0;  ///< cutout square in the result, clipped to it; side 0: none
};

/// Draws one; a pure function of its arguments. @param sample  index of the image in its set
ImageTransform draw_transform(const AugmentationOptions& options, const Shape& image, std::uint64_t seed,
                              std::int64_t epoch, std::int64_t sample);

/// Of an image in an epoch, for rand_augment().
std::uint64_t rand_augment_stream(std::int64_t epoch, std::int64_t sample) noexcept;

/// Random erasing: a rectangle of 2 to 33 % of the image and an aspect ratio of 0.3 to 3.3, filled with normal noise.
/// Source: Zhong et al., AAAI 2020; the noise per pixel as in timm.
struct Erasure {
    std::int64_t top = 0, left = 0, height = 0, width = 0;  ///< height 0: none
};
/// Draws one; a pure function of its arguments. @param probability  that there is one
Erasure draw_erasure(double probability, const Shape& image, std::uint64_t seed, std::int64_t epoch,
                     std::int64_t sample);
/// Fills it with standard normal noise, the same for equal arguments. @param image [H, W, C], normalised
void erase(const Erasure& erasure, const Shape& shape, std::uint64_t seed, std::int64_t epoch, std::int64_t sample,
           float* image);

/// Mixup: dst = weight * sample + (1 - weight) * partner, weight in [1/2, 1] (the sample's own label leads).
/// Source: Zhang, Cisse, Dauphin, Lopez-Paz, ICLR 2018.
struct Mixing {
    std::int64_t partner = -1;  ///< position in the subset; -1: not mixed
    float weight = 1.0F;
};
/// Draws one; a pure function of its arguments. @param n  size of the subset
Mixing draw_mixing(double alpha, std::int64_t n, std::uint64_t seed, std::int64_t epoch, std::int64_t sample);

}  // namespace hpnas

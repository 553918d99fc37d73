#pragma once
#include <cstdint>

#include "hpnas/config/options.hpp"
#include "hpnas/core/shape.hpp"

namespace hpnas {

/// Random changes of training images. Lengths are in pixels of the stored image, before it is resized to the network's
/// resolution.
struct AugmentationOptions {
    std::int64_t crop_padding = 4;
    bool flip = true;
    std::int64_t cutout = 0;
    double mixup = 0.0;

    void visit(OptionVisitor& v) {
        v.integer({"crop_padding", "random shift by up to this many pixels each way; 0: off", 0, 64}, crop_padding);
        v.boolean({"flip", "mirror left to right with probability 1/2"}, flip);
        v.integer({"cutout", "side of a square set to the mean colour, in pixels; 0: off", 0, 512}, cutout);
        v.number({"mixup", "alpha of the Beta(alpha, alpha) weight that blends two samples; 0: off", 0, 1}, mixup);
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

/// Mixup: dst = weight * sample + (1 - weight) * partner, weight in [1/2, 1] (the sample's own label leads).
/// Source: Zhang, Cisse, Dauphin, Lopez-Paz, ICLR 2018.
struct Mixing {
    std::int64_t partner = -1;  ///< position in the subset; -1: not mixed
    float weight = 1.0F;
};
/// Draws one; a pure function of its arguments. @param n  size of the subset
Mixing draw_mixing(double alpha, std::int64_t n, std::uint64_t seed, std::int64_t epoch, std::int64_t sample);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hpnas/config/options.hpp"
#include "hpnas/core/shape.hpp"

namespace hpnas {

/// How many operations, and how strong.
struct RandAugmentOptions {
    std::int64_t operations = 0;
    double magnitude = 9;
    double deviation = 0.5;
    double probability = 0.5;

    void visit(OptionVisitor& v) {
        v.integer({"operations", "operations drawn per image; 0: off", 0, 16}, operations);
        v.number({"magnitude", "strength, from 0 to 10", 0, 10}, magnitude);
        v.number({"deviation", "standard deviation of the strength, drawn anew for each operation", 0, 10}, deviation);
        v.number({"probability", "that an operation drawn is applied", 0, 1}, probability);
    }
};

/// The operations: auto_contrast, equalize, invert, posterize, solarize; color, contrast, brightness, sharpness;
/// rotate, shear_x, shear_y, translate_x, translate_y.
enum class ImageOperation : std::uint8_t {
    auto_contrast,
    equalize,
    invert,
    posterize,
    solarize,
    color,
    contrast,
    brightness,
    sharpness,
    rotate,
    shear_x,
    shear_y,
    translate_x,
    translate_y,
};
inline constexpr std::size_t n_image_operations = 14;

/// One operation at a strength: a signed share in [-1, 1] of the largest effect (30 degrees, a shear of 0.3, a shift of
/// 0.45 of the side; factors of 0.1 or 1.9; all but 4 bits, or the whole range, for posterize and solarize, where the
/// sign is nothing). Pixels from outside of the image are `fill`, one byte per channel; nearest neighbour.
/// @param image [H, W, C], changed   @param scratch  of the image's size
void apply(ImageOperation operation, double strength, const Shape& shape, std::span<const std::uint8_t> fill,
           std::uint8_t* image, std::vector<std::uint8_t>& scratch);

/// RandAugment: `operations` draws from the list with strengths about `magnitude`, that become stronger with it in
/// every operation (timm's "increasing" variant). A pure function of its arguments.
/// Source: Cubuk, Zoph, Shlens, Le, NeurIPS 2020.
/// @param stream  of the image, e.g. its number in its epoch
void rand_augment(const RandAugmentOptions& options, const Shape& shape, std::span<const std::uint8_t> fill,
                  std::uint64_t seed, std::uint64_t stream, std::uint8_t* image, std::vector<std::uint8_t>& scratch);

}  // namespace hpnas

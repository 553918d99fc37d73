#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/data/image_file.hpp"

namespace hpnas {

/// Part of an image, in pixels; edges may lie between pixels.
struct ImageWindow {
    double top = 0, left = 0, height = 0, width = 0;
};

/// The largest window with the proportions of height : width in the middle of an image, times `fraction` (0.875 is
/// usual for ImageNet).
ImageWindow centre_window(std::int64_t image_height, std::int64_t image_width, std::int64_t height, std::int64_t width,
                          double fraction = 1.0);

/// A random window for Inception-style training: a share of the image's area uniform in [least_area, 1], proportions
/// log-uniform in [3/4, 4/3] of the output's, a uniform place; after ten that do not fit, the centre window. A pure
/// function of its arguments. @param sample  index of the image in its set
/// Source: Szegedy et al., CVPR 2015; constants as in PyTorch's RandomResizedCrop.
ImageWindow draw_window(double least_area, std::int64_t image_height, std::int64_t image_width, std::int64_t height,
                        std::int64_t width, std::uint64_t seed, std::int64_t epoch, std::int64_t sample);

/// Which part of an image becomes a network's input.
struct WindowRule {
    std::int64_t height = 32, width = 32;  ///< of the input
    double centre = 1.0;                   ///< fraction of centre_window()
    double least_area = 1.0;               ///< below 1: draw_window()
    std::uint64_t seed = 0;

    ImageWindow operator()(std::int64_t image_height, std::int64_t image_width, std::int64_t epoch,
                           std::int64_t sample) const {
        if (least_area < 1)
            return draw_window(least_area, image_height, image_width, height, width, seed, epoch, sample);
        return centre_window(image_height, image_width, height, width, centre);
    }
};

/// The window at another size: linear interpolation, whose triangle is as wide as the reduction when shrinking, so that
/// every pixel counts and nothing aliases (Pillow's BILINEAR, torch's antialias=True). Pixels outside of the window do
/// not count. Rounded to bytes. @return [height, width, 3]
std::vector<std::uint8_t> resample_image(const PixelView& image, const ImageWindow& window, std::int64_t height,
                                         std::int64_t width);

}  // namespace hpnas

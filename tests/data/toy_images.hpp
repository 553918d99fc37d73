#pragma once
#include <cstdint>
#include <memory>

#include "hpnas/data/image_set.hpp"

namespace hpnas::test {

/// n images of height x width x 3 whose byte at (i, y, x, c) is (37 i + 11 y + 5 x + 83 c) mod 251; label i mod
/// n_classes.
inline std::shared_ptr<const ImageSet> toy_images(std::int64_t n, std::int64_t height, std::int64_t width,
                                                  std::int64_t n_classes) {
    auto set = std::make_shared<ImageSet>();
    set->shape = Shape{height, width, 3};
    for (std::int64_t k = 0; k < n_classes; ++k) set->classes.push_back("class" + std::to_string(k));
    for (std::int64_t i = 0; i < n; ++i) {
        set->labels.push_back(i % n_classes);
        for (std::int64_t y = 0; y < height; ++y)
            for (std::int64_t x = 0; x < width; ++x)
                for (std::int64_t c = 0; c < 3; ++c)
                    set->pixels.push_back(static_cast<std::uint8_t>((37 * i + 11 * y + 5 * x + 83 * c) % 251));
    }
    set->source = "toy";
    return set;
}

}  // namespace hpnas::test

#include "hpnas/data/rand_augment.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

using Table = std::array<std::uint8_t, 256>;

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); }

template <class Function>
Table table_of(Function&& function) {
    Table table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = function(static_cast<int>(i));
    return table;
}

void map_all(const Table& table, std::int64_t count, std::uint8_t* image) {
    for (std::int64_t i = 0; i < count; ++i) image[i] = table[image[i]];
}

/// Each channel by a table made of its histogram.
template <class Function>
void map_channels(const Shape& shape, std::uint8_t* image, Function&& table_of_histogram) {
    const std::int64_t channels = shape.channels(), pixels = shape[0] * shape[1];
    for (std::int64_t c = 0; c < channels; ++c) {
        std::array<std::int64_t, 256> histogram{};
        for (std::int64_t i = 0; i < pixels; ++i) ++histogram[image[i * channels + c]];
        const Table table = table_of_histogram(histogram);
        for (std::int64_t i = 0; i < pixels; ++i) image[i * channels + c] = table[image[i * channels + c]];
    }
}

/// The darkest value becomes 0, the lightest 255.
Table stretch(const std::array<std::int64_t, 256>& histogram) {
    const auto used = [](std::int64_t n) { return n > 0; };
    const auto first = std::find_if(histogram.begin(), histogram.end(), used) - histogram.begin();
    const auto last = 255 - (std::find_if(histogram.rbegin(), histogram.rend(), used) - histogram.rbegin());
    if (last <= first) return table_of([](int i) { return static_cast<std::uint8_t>(i); });
    return table_of(
        [&](int i) { return to_byte(255.0 * (i - static_cast<double>(first)) / static_cast<double>(last - first)); });
}

/// Values become equally frequent, as Pillow's equalize.
Table flatten(const std::array<std::int64_t, 256>& histogram) {
    std::int64_t total = 0, last = 0, used = 0;
    for (const std::int64_t n : histogram)
        if (n > 0) {
            total += n;
            last = n;
            ++used;
        }
    const std::int64_t step = (total - last) / 255;
    if (used <= 1 || step == 0) return table_of([](int i) { return static_cast<std::uint8_t>(i); });
    Table table{};
    std::int64_t before = step / 2;
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<std::uint8_t>(std::min<std::int64_t>(before / step, 255));
        before += histogram[i];
    }
    return table;
}

/// Luma of a pixel (ITU-R 601); the mean for images that are not RGB.
double grey(const std::uint8_t* pixel, std::int64_t channels) {
    if (channels == 3) return 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    double sum = 0;
    for (std::int64_t c = 0; c < channels; ++c) sum += pixel[c];
    return sum / static_cast<double>(channels);
}

/// image = plain + factor * (image - plain)
template <class Plain>
void blend(const Shape& shape, double factor, std::uint8_t* image, Plain&& plain) {
    const std::int64_t channels = shape.channels(), pixels = shape[0] * shape[1];
    for (std::int64_t i = 0; i < pixels; ++i)
        for (std::int64_t c = 0; c < channels; ++c) {
            const double to = plain(i, c);
            std::uint8_t& value = image[i * channels + c];
            value = to_byte(to + factor * (value - to));
        }
}

double mean_grey(const Shape& shape, const std::uint8_t* image) {
    const std::int64_t pixels = shape[0] * shape[1];
    double sum = 0;
    for (std::int64_t i = 0; i < pixels; ++i) sum += grey(image + i * shape.channels(), shape.channels());
    return sum / static_cast<double>(pixels);
}

void change_color(const Shape& shape, double factor, std::uint8_t* image) {
    const std::int64_t channels = shape.channels();
    for (std::int64_t i = 0; i < shape[0] * shape[1]; ++i) {
        std::uint8_t* pixel = image + i * channels;
        const double to = grey(pixel, channels);
        for (std::int64_t c = 0; c < channels; ++c) pixel[c] = to_byte(to + factor * (pixel[c] - to));
    }
}

/// Away from (factor above 1) or towards a smoothed image: weights 1, the pixel itself 5, of 13; the border stays.
void change_sharpness(const Shape& shape, double factor, std::uint8_t* image, std::vector<std::uint8_t>& scratch) {
    scratch.assign(image, image + shape.count());
    const std::int64_t height = shape[0], width = shape[1], channels = shape.channels();
    for (std::int64_t y = 1; y + 1 < height; ++y)
        for (std::int64_t x = 1; x + 1 < width; ++x)
            for (std::int64_t c = 0; c < channels; ++c) {
                const auto at = [&](std::int64_t dy, std::int64_t dx) {
                    return scratch[static_cast<std::size_t>(((y + dy) * width + x + dx) * channels + c)];
                };
                double smooth = 4.0 * at(0, 0);
                for (const std::int64_t dy : {-1, 0, 1})
                    for (const std::int64_t dx : {-1, 0, 1}) smooth += at(dy, dx);
                smooth /= 13;
                image[(y * width + x) * channels + c] = to_byte(smooth + factor * (at(0, 0) - smooth));
            }
}

/// Pixel (y, x), counted from the centre, comes from (yy y + yx x + y0, xy y + xx x + x0).
struct Affine {
    double yy = 1, yx = 0, y0 = 0, xy = 0, xx = 1, x0 = 0;
};

void warp(const Affine& map, const Shape& shape, std::span<const std::uint8_t> fill, std::uint8_t* image,
          std::vector<std::uint8_t>& scratch) {
    scratch.assign(image, image + shape.count());
    const std::int64_t height = shape[0], width = shape[1], channels = shape.channels();
    const double middle_y = static_cast<double>(height - 1) / 2, middle_x = static_cast<double>(width - 1) / 2;
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x) {
            const double v = static_cast<double>(y) - middle_y, u = static_cast<double>(x) - middle_x;
            const std::int64_t from_y = std::llround(map.yy * v + map.yx * u + map.y0 + middle_y);
            const std::int64_t from_x = std::llround(map.xy * v + map.xx * u + map.x0 + middle_x);
            const bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
            const std::uint8_t* from = inside ? scratch.data() + (from_y * width + from_x) * channels : fill.data();
            std::copy_n(from, channels, image + (y * width + x) * channels);
        }
}

Affine affine_of(ImageOperation operation, double strength, const Shape& shape) {
    const double shear = 0.3 * strength, angle = strength * std::numbers::pi / 6;
    switch (operation) {
        case ImageOperation::shear_x:
            return {.xy = shear};
        case ImageOperation::shear_y:
            return {.yx = shear};
        case ImageOperation::translate_x:
            return {.x0 = 0.45 * strength * static_cast<double>(shape[1])};
        case ImageOperation::translate_y:
            return {.y0 = 0.45 * strength * static_cast<double>(shape[0])};
        default:
            return {.yy = std::cos(angle), .yx = std::sin(angle), .xy = -std::sin(angle), .xx = std::cos(angle)};
    }
}

}  // namespace

void apply(ImageOperation operation, double strength, const Shape& shape, std::span<const std::uint8_t> fill,
           std::uint8_t* image, std::vector<std::uint8_t>& scratch) {
    const double factor = 1 + 0.9 * strength, size = std::abs(strength);
    switch (operation) {
        case ImageOperation::auto_contrast:
            return map_channels(shape, image, stretch);
        case ImageOperation::equalize:
            return map_channels(shape, image, flatten);
        case ImageOperation::invert:
            return map_all(table_of([](int i) { return static_cast<std::uint8_t>(255 - i); }), shape.count(), image);
        case ImageOperation::posterize: {
            const int dropped = static_cast<int>(std::lround(4 * size));
            return map_all(table_of([&](int i) { return static_cast<std::uint8_t>((i >> dropped) << dropped); }),
                           shape.count(), image);
        }
        case ImageOperation::solarize: {
            const double threshold = 256 * (1 - size);
            return map_all(table_of([&](int i) { return static_cast<std::uint8_t>(i < threshold ? i : 255 - i); }),
                           shape.count(), image);
        }
        case ImageOperation::color:
            return change_color(shape, factor, image);
        case ImageOperation::contrast: {
            const double mean = mean_grey(shape, image);
            return blend(shape, factor, image, [mean](std::int64_t, std::int64_t) { return mean; });
        }
        case ImageOperation::brightness:
            return blend(shape, factor, image, [](std::int64_t, std::int64_t) { return 0.0; });
        case ImageOperation::sharpness:
            return change_sharpness(shape, factor, image, scratch);
        default:
            return warp(affine_of(operation, strength, shape), shape, fill, image, scratch);
    }
}

// Every number is drawn whether it is used or not, so that another probability leaves the other draws as they were.
void rand_augment(const RandAugmentOptions& options, const Shape& shape, std::span<const std::uint8_t> fill,
                  std::uint64_t seed, std::uint64_t stream, std::uint8_t* image, std::vector<std::uint8_t>& scratch) {
    Rng rng(seed, Purpose::augmentation, stream);
    for (std::int64_t i = 0; i < options.operations; ++i) {
        const auto operation = static_cast<ImageOperation>(rng.below(n_image_operations));
        const double magnitude = std::clamp(options.magnitude + options.deviation * rng.normal(), 0.0, 10.0);
        const bool negative = (rng() & 1U) != 0;
        const bool applied = rng.uniform() < options.probability;
        if (applied) apply(operation, (negative ? -0.1 : 0.1) * magnitude, shape, fill, image, scratch);
    }
}

}  // namespace hpnas

#include "hpnas/data/resample_image.hpp"

#include <algorithm>
#include <cmath>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t channels = 3;
constexpr std::uint64_t window_stream = std::uint64_t{7} << 61;  // the highest bits: no other draw of augmentation

/// The source pixels that one output pixel is made of.
struct Taps {
    std::int64_t first = 0;
    std::vector<float> weights;  // sum 1
};

/// @param begin, length  of the window   @param source  pixels of the image   @param target  of the output
std::vector<Taps> make_taps(double begin, double length, std::int64_t source, std::int64_t target) {
    const double scale = length / static_cast<double>(target), reach = std::max(1.0, scale);
    const auto least = static_cast<std::int64_t>(std::floor(begin));
    const std::int64_t most = std::min(source, static_cast<std::int64_t>(std::ceil(begin + length))) - 1;
    std::vector<Taps> all;
    for (std::int64_t i = 0; i < target; ++i) {
        const double centre = begin + (static_cast<double>(i) + 0.5) * scale;
        Taps taps;
        taps.first =
            std::clamp(static_cast<std::int64_t>(std::floor(centre - reach)), std::max<std::int64_t>(least, 0), most);
        const std::int64_t last = std::clamp(static_cast<std::int64_t>(std::ceil(centre + reach)), taps.first, most);
        double sum = 0;
        for (std::int64_t k = taps.first; k <= last; ++k) {
            const double weight = std::max(0.0, 1 - std::abs(static_cast<double>(k) + 0.5 - centre) / reach);
            taps.weights.push_back(static_cast<float>(weight));
            sum += weight;
        }
        for (float& weight : taps.weights) weight = static_cast<float>(static_cast<double>(weight) / sum);
        all.push_back(std::move(taps));
    }
    return all;
}

/// One line: src [W, 3] -> dst [W', 3]
void stretch_line(const std::uint8_t* src, const std::vector<Taps>& columns, float* dst) {
    for (const Taps& taps : columns) {
        float sums[channels] = {0, 0, 0};
        const std::uint8_t* at = src + taps.first * channels;
        for (const float weight : taps.weights)
            for (float& sum : sums) sum += weight * static_cast<float>(*at++);
        for (const float sum : sums) *dst++ = sum;
    }
}

}  // namespace

ImageWindow centre_window(std::int64_t image_height, std::int64_t image_width, std::int64_t height, std::int64_t width,
                          double fraction) {
    const auto h = static_cast<double>(image_height), w = static_cast<double>(image_width);
    const double side = std::min(h / static_cast<double>(height), w / static_cast<double>(width)) * fraction;
    ImageWindow window;
    window.height = side * static_cast<double>(height);
    window.width = side * static_cast<double>(width);
    window.top = (h - window.height) / 2;
    window.left = (w - window.width) / 2;
    return window;
}

ImageWindow draw_window(double least_area, std::int64_t image_height, std::int64_t image_width, std::int64_t height,
                        std::int64_t width, std::uint64_t seed, std::int64_t epoch, std::int64_t sample) {
    constexpr int n_attempts = 10;
    constexpr double narrowest = 3.0 / 4.0;
    const auto h = static_cast<double>(image_height), w = static_cast<double>(image_width);
    const double proportion = static_cast<double>(width) / static_cast<double>(height);
    Rng rng(seed, Purpose::augmentation,
            ((static_cast<std::uint64_t>(epoch) << 32U) ^ static_cast<std::uint64_t>(sample)) | window_stream);
    for (int attempt = 0; attempt < n_attempts; ++attempt) {
        const double area = h * w * (least_area + (1 - least_area) * rng.uniform());
        const double aspect = proportion * std::exp(std::log(narrowest) * (1 - 2 * rng.uniform()));
        ImageWindow window{0, 0, std::sqrt(area / aspect), std::sqrt(area * aspect)};
        const double y = rng.uniform(), x = rng.uniform();
        if (window.height > h || window.width > w) continue;
        window.top = y * (h - window.height);
        window.left = x * (w - window.width);
        return window;
    }
    return centre_window(image_height, image_width, height, width);
}

std::vector<std::uint8_t> resample_image(const PixelView& image, const ImageWindow& window, std::int64_t height,
                                         std::int64_t width) {
    const std::vector<Taps> rows = make_taps(window.top, window.height, image.height, height);
    const std::vector<Taps> columns = make_taps(window.left, window.width, image.width, width);
    const std::int64_t line = width * channels, first = rows.front().first;
    const std::int64_t end = rows.back().first + static_cast<std::int64_t>(rows.back().weights.size());
    std::vector<float> stretched(static_cast<std::size_t>((end - first) * line)), sums(static_cast<std::size_t>(line));
    for (std::int64_t y = first; y < end; ++y)
        stretch_line(image.rgb + y * image.width * channels, columns, stretched.data() + (y - first) * line);
    std::vector<std::uint8_t> result;
    result.reserve(static_cast<std::size_t>(height * line));
    for (const Taps& taps : rows) {
        std::fill(sums.begin(), sums.end(), 0.0F);
        const float* src = stretched.data() + (taps.first - first) * line;
        for (const float weight : taps.weights)
            for (float& sum : sums) sum += weight * *src++;
        for (const float sum : sums) result.push_back(static_cast<std::uint8_t>(std::clamp(sum + 0.5F, 0.0F, 255.0F)));
    }
    return result;
}

}  // namespace hpnas

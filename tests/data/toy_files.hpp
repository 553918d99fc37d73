#pragma once
#include <jpeglib.h>
#include <png.h>

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string>

#include "hpnas/data/image_file.hpp"

namespace hpnas::test {

/// A smooth picture: red grows to the right, green downwards, blue is `blue`.
inline Pixels picture(std::int64_t height, std::int64_t width, std::uint8_t blue = 100) {
    Pixels image{height, width, {}};
    for (std::int64_t y = 0; y < height; ++y)
        for (std::int64_t x = 0; x < width; ++x) {
            image.rgb.push_back(static_cast<std::uint8_t>(200 * x / width));
            image.rgb.push_back(static_cast<std::uint8_t>(200 * y / height));
            image.rgb.push_back(blue);
        }
    return image;
}

/// @param format  of libpng: PNG_FORMAT_RGB, PNG_FORMAT_GRAY, PNG_FORMAT_RGBA, ...
inline void write_png(const std::string& path, std::int64_t height, std::int64_t width, const void* pixels,
                      unsigned format = PNG_FORMAT_RGB) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.height = static_cast<unsigned>(height);
    image.width = static_cast<unsigned>(width);
    image.format = format;
    png_image_write_to_file(&image, path.c_str(), 0, pixels, 0, nullptr);
}
inline void write_png(const std::string& path, const Pixels& image) {
    write_png(path, image.height, image.width, image.rgb.data());
}

/// @param components  1: grey, 3: RGB, 4: CMYK as the values stand
inline void write_jpeg(const std::string& path, std::int64_t height, std::int64_t width, const std::uint8_t* pixels,
                       int components = 3) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::FILE* file = std::fopen(path.c_str(), "wb");
    jpeg_compress_struct info{};
    jpeg_error_mgr errors{};
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    jpeg_stdio_dest(&info, file);
    info.image_height = static_cast<unsigned>(height);
    info.image_width = static_cast<unsigned>(width);
    info.input_components = components;
    info.in_color_space = components == 1 ? JCS_GRAYSCALE : components == 3 ? JCS_RGB : JCS_CMYK;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 95, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
        auto* row = const_cast<std::uint8_t*>(pixels + info.next_scanline * width * components);
        jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    std::fclose(file);
}
inline void write_jpeg(const std::string& path, const Pixels& image) {
    write_jpeg(path, image.height, image.width, image.rgb.data());
}

}  // namespace hpnas::test

#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hpnas {

/// Pixels of one image that somebody else holds.
struct PixelView {
    std::int64_t height = 0, width = 0;
    const std::uint8_t* rgb = nullptr;  ///< [height, width, 3]
};

/// Pixels of one image.
struct Pixels {
    std::int64_t height = 0, width = 0;
    std::vector<std::uint8_t> rgb;  ///< [height, width, 3]
    PixelView view() const noexcept { return {height, width, rgb.data()}; }
};

/// Decodes a JPEG or PNG file, whichever its first bytes say it is: 8 bits RGB. Grey is copied to the three channels,
/// palettes are looked up, 16 bits are cut to 8, transparency is dropped, CMYK (as Adobe's programs write it) is
/// converted without profile; the orientation in EXIF is not applied. Thread-safe.
/// @param name  of the file, for messages
/// @throws DataError naming the file if it is neither, or is truncated or corrupt
Pixels decode_image(std::span<const std::uint8_t> file, const std::string& name);

/// All bytes of a file. @throws DataError (no_input) if it cannot be read
std::vector<std::uint8_t> read_bytes(const std::string& path);

}  // namespace hpnas

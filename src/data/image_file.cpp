#include "hpnas/data/image_file.hpp"

#include <fmt/format.h>
#include <jerror.h>
#include <jpeglib.h>
#include <png.h>

#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "hpnas/core/error.hpp"

namespace hpnas {
namespace {

constexpr std::int64_t channels = 3;

[[noreturn]] void fail(const std::string& name, const char* format, const std::string& what) {
    throw DataError(fmt::format("{}: expected a whole {} image; {}", name, format, what));
}

/// libjpeg reports errors through C; nothing with a destructor lives between setjmp and the jump.
struct JpegErrors {
    jpeg_error_mgr base;  // first: libjpeg hands back a pointer to it
    std::jmp_buf escape;
    char message[JMSG_LENGTH_MAX];
};

void leave(j_common_ptr info) {
    auto* errors = reinterpret_cast<JpegErrors*>(info->err);
    info->err->format_message(info, errors->message);
    std::longjmp(errors->escape, 1);
}

/// libjpeg only warns of a file that ends early or is damaged; other oddities (extraneous bytes, say) do no harm.
void leave_if_damaged(j_common_ptr info, int /*level*/) {
    const int code = info->err->msg_code;
    if (code == JWRN_JPEG_EOF || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE) leave(info);
}

/// The image in libjpeg's own channels: 3, or 4 for CMYK. @return false with errors.message set
bool decompress(jpeg_decompress_struct& info, JpegErrors& errors, std::span<const std::uint8_t> file,
                std::vector<std::uint8_t>& pixels) {
    if (setjmp(errors.escape) != 0) return false;
    jpeg_mem_src(&info, file.data(), file.size());
    jpeg_read_header(&info, TRUE);
    const bool cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
    info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
    jpeg_start_decompress(&info);
    const std::size_t line = std::size_t{info.output_width} * static_cast<std::size_t>(info.output_components);
    pixels.resize(line * info.output_height);
    while (info.output_scanline < info.output_height) {
        JSAMPROW row = pixels.data() + line * info.output_scanline;
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    return true;
}

/// Adobe's files hold inverted CMYK: 255 is no ink.
std::vector<std::uint8_t> cmyk_to_rgb(const std::vector<std::uint8_t>& cmyk) {
    std::vector<std::uint8_t> rgb;
    rgb.reserve(cmyk.size() / 4 * 3);
    for (std::size_t i = 0; i < cmyk.size(); i += 4)
        for (std::size_t c = 0; c < 3; ++c) rgb.push_back(static_cast<std::uint8_t>(cmyk[i + c] * cmyk[i + 3] / 255));
    return rgb;
}

Pixels decode_jpeg(std::span<const std::uint8_t> file, const std::string& name) {
    jpeg_decompress_struct info{};
    JpegErrors errors{};
    info.err = jpeg_std_error(&errors.base);
    errors.base.error_exit = leave;
    errors.base.emit_message = leave_if_damaged;
    jpeg_create_decompress(&info);
    Pixels result;
    const bool whole = decompress(info, errors, file, result.rgb);
    if (whole && info.output_components == 4) result.rgb = cmyk_to_rgb(result.rgb);
    result.height = info.output_height;
    result.width = info.output_width;
    jpeg_destroy_decompress(&info);
    if (!whole) fail(name, "JPEG", errors.message);
    return result;
}

Pixels decode_png(std::span<const std::uint8_t> file, const std::string& name) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) fail(name, "PNG", image.message);
    // 4 channels, so that transparency is dropped and not blended with a background.
    image.format = PNG_FORMAT_RGBA;
    std::vector<std::uint8_t> rgba(PNG_IMAGE_SIZE(image));
    const bool whole = png_image_finish_read(&image, nullptr, rgba.data(), 0, nullptr) != 0;
    if (!whole) {
        const std::string message = image.message;
        png_image_free(&image);
        fail(name, "PNG", message);
    }
    Pixels result{image.height, image.width, {}};
    result.rgb.reserve(rgba.size() / 4 * 3);
    for (std::size_t i = 0; i < rgba.size(); i += 4) result.rgb.insert(result.rgb.end(), &rgba[i], &rgba[i] + channels);
    return result;
}

}  // namespace

Pixels decode_image(std::span<const std::uint8_t> file, const std::string& name) {
    constexpr std::array<std::uint8_t, 3> jpeg{0xFF, 0xD8, 0xFF};
    if (file.size() >= jpeg.size() && std::memcmp(file.data(), jpeg.data(), jpeg.size()) == 0)
        return decode_jpeg(file, name);
    if (file.size() >= 8 && png_sig_cmp(file.data(), 0, 8) == 0) return decode_png(file, name);
    throw DataError(fmt::format("{}: expected a JPEG or PNG image, got {} bytes of something else", name, file.size()));
}

std::vector<std::uint8_t> read_bytes(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    std::ifstream in(path, std::ios::binary);
    if (error || !in) throw DataError(fmt::format("{}: cannot be read", path), ExitCode::no_input);
    std::vector<std::uint8_t> bytes(size);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
    if (in.gcount() != static_cast<std::streamsize>(size))
        throw DataError(fmt::format("{}: expected {} bytes, got {}", path, size, in.gcount()));
    return bytes;
}

}  // namespace hpnas

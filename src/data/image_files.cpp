#include "hpnas/data/image_files.hpp"

#include <filesystem>
#include <span>

#include "hpnas/core/hash.hpp"

namespace hpnas {

Pixels ImageFiles::decode(std::int64_t i) const {
    const auto k = static_cast<std::size_t>(i);
    if (begins.empty()) return decode_image(read_bytes(names[k]), names[k]);
    const auto begin = static_cast<std::size_t>(begins[k]), end = static_cast<std::size_t>(begins[k + 1]);
    return decode_image(std::span(bytes).subspan(begin, end - begin), names[k]);
}

std::uint64_t ImageFiles::hash() const {
    std::uint64_t result = hash64(std::as_bytes(std::span(bytes)), hash64(std::as_bytes(std::span(begins))));
    if (!begins.empty()) return result;
    for (const std::string& name : names) {
        const std::filesystem::path path(name);
        const std::uint64_t size = std::filesystem::file_size(path);
        result = hash64(path.filename().string(), result + size);
    }
    return result;
}

}  // namespace hpnas

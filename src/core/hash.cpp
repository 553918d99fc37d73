#include "hpnas/core/hash.hpp"

// The header-only form: no library to link, and the same code on every machine.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hpnas {

std::uint64_t hash64(std::span<const std::byte> bytes, std::uint64_t seed) noexcept {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::uint64_t hash64(std::string_view text, std::uint64_t seed) noexcept {
    return XXH3_64bits_withSeed(text.data(), text.size(), seed);
}

}  // namespace hpnas

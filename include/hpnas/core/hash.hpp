#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace hpnas {

/// XXH3-64 of `bytes`: stable across machines and versions of the program, so it may be stored.
std::uint64_t hash64(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept;
std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0) noexcept;

}  // namespace hpnas

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "hpnas/core/hash.hpp"

namespace hpnas {
namespace {

// XXH3_64bits of the empty input, from the algorithm's published sanity checks (xxHash cli/xsum_sanity_check.c, XXH3,
// length 0).
TEST(Hash, EmptyInputHasThePublishedValue) {
    EXPECT_EQ(hash64(std::string_view{}), 0x2D06800538D394C2U);
    EXPECT_EQ(hash64(std::span<const std::byte>{}), 0x2D06800538D394C2U);
}

// The published sanity buffer: byte i is the top byte of a 64-bit value that starts at 2654435761 and is multiplied by
// the 64-bit prime each step; XXH3 of its first byte and of its first 6 bytes.
TEST(Hash, SanityBufferHasThePublishedValues) {
    std::array<std::byte, 6> buffer{};
    std::uint64_t generator = 2654435761U;
    for (std::byte& byte : buffer) {
        byte = static_cast<std::byte>(generator >> 56);
        generator *= 11400714785074694797U;
    }
    EXPECT_EQ(hash64(std::span<const std::byte>(buffer.data(), 1)), 0xC44BDFF4074EECDBU);
    EXPECT_EQ(hash64(std::span<const std::byte>(buffer.data(), 6)), 0x27B56A84CD2D7325U);
}

TEST(Hash, TextAndItsBytesAgree) {
    const std::string text = "a network, canonical form 1,2,3";
    EXPECT_EQ(hash64(text), hash64(std::as_bytes(std::span(text))));
}

TEST(Hash, SeedAndEveryByteMatter) {
    const std::string text(1000, 'x');
    EXPECT_NE(hash64(text, 0), hash64(text, 1));
    for (const std::size_t i : {std::size_t{0}, std::size_t{500}, std::size_t{999}}) {
        std::string changed = text;
        changed[i] = 'y';
        EXPECT_NE(hash64(text), hash64(changed)) << i;
    }
    EXPECT_NE(hash64(text), hash64(std::string(999, 'x')));
}

}  // namespace
}  // namespace hpnas

#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// @throws EncodingError naming the slot if x has the wrong length or a choice out of range.
void check_encoding(const Encoding& x, std::span<const Decision> decisions);
bool is_valid(const Encoding& x, std::span<const Decision> decisions) noexcept;

/// Stable across machines, so it may be stored.
std::uint64_t hash_encoding(const Encoding& x) noexcept;
struct EncodingHash {
    std::size_t operator()(const Encoding& x) const noexcept { return static_cast<std::size_t>(hash_encoding(x)); }
};

/// "5,1,0": the choice indices.
std::string to_text(const Encoding& x);
/// Reads to_text's form; blanks around a number are allowed.
/// @throws EncodingError naming the slot if an element is no integer in [0, 32767].
Encoding encoding_from_text(std::string_view text);

/// Choices per slot.
std::vector<std::uint32_t> radices(std::span<const Decision> decisions);

/// Uniform over all encodings (not over canonical ones).
Encoding random_encoding(std::span<const Decision> decisions, Rng& rng);

/// Every encoding that differs from x in exactly one slot: an ordered slot by one step, a categorical one by any other
/// choice. In slot order, lower choices first; x itself is not included.
std::vector<Encoding> neighbours(const Encoding& x, std::span<const Decision> decisions);

/// Number of encodings, exact up to the 64 mantissa bits of long double.
long double space_size(std::span<const Decision> decisions) noexcept;
/// The same number in full as decimal digits, e.g. "360777252864000000000000".
std::string space_size_text(std::span<const Decision> decisions);

/// All encodings in lexicographic order. @throws InternalError if there are more than `limit`.
std::vector<Encoding> all_encodings(std::span<const Decision> decisions, std::size_t limit);

}  // namespace hpnas

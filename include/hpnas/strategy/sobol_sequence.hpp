#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// Sobol's low-discrepancy sequence in 32-bit digits, with a digital shift: point i is gray-coded Sobol point i XOR one
/// random word per dimension. The shift keeps the net structure: any 2^m aligned points hit each of 2^k <= 2^m equal
/// intervals of a dimension equally often. Point 0 (all zeros before the shift) is included; the sequence can be
/// entered anywhere. A regular value; 2^32 points. Cost of a point: one XOR per dimension.
/// Sources: Antonov, Saleev, USSR Comput. Math. Math. Phys. 19 (1980) 252; direction numbers of Joe, Kuo, SIAM J. Sci.
/// Comput. 30 (2008) 2635 as tabulated by Boost.Random; digital shift: L'Ecuyer, Lemieux, Recent advances in randomized
/// QMC (2002).
class SobolSequence {
public:
    static constexpr std::size_t max_dimension = 3667;
    static constexpr std::uint64_t length = std::uint64_t{1} << 32;

    /// @param shift_seed  seed of the digital shift; nullopt: the plain sequence
    /// @throws InternalError if dimension is not in [1, max_dimension].
    SobolSequence(std::size_t dimension, std::optional<std::uint64_t> shift_seed);

    std::size_t dimension() const noexcept { return state_.size(); }
    /// Index of the point that next() will return.
    std::uint64_t index() const noexcept { return index_; }
    /// @throws InternalError if index > length.
    void seek(std::uint64_t index);
    /// Writes point index() and advances. @param point [dimension]; u = point / 2^32
    /// @throws InternalError if the sequence is used up or the size is wrong.
    void next(std::span<std::uint32_t> point);

private:
    std::vector<std::uint32_t> direction_;  // [33, dimension]; the last row is zero
    std::vector<std::uint32_t> shift_;      // [dimension]
    std::vector<std::uint32_t> state_;      // [dimension], shift included
    std::uint64_t index_ = 0;
};

/// Choice index floor(u * n) per slot. @param point [slots] digits of u; radices [slots], each in [1, 32767]; choices
/// [slots]
inline void to_choices(std::span<const std::uint32_t> point, std::span<const std::uint32_t> radices,
                       std::span<std::int16_t> choices) noexcept {
    for (std::size_t i = 0; i < point.size(); ++i)
        choices[i] = static_cast<std::int16_t>((std::uint64_t{point[i]} * radices[i]) >> 32);
}

}  // namespace hpnas

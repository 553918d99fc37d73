#include "hpnas/strategy/sobol_sequence.hpp"

#include <fmt/format.h>

#include <bit>
#include <boost/random/sobol.hpp>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

constexpr unsigned digits = 32;

/// Direction numbers [33, dimension]. Gray code g(i) = i ^ (i >> 1) of i = 2^(k+1) - 1 is 2^k alone, so that point is
/// direction k. The engine leaves point 0 out. Row 32 is zero: the step after the last point leads nowhere.
std::vector<std::uint32_t> direction_numbers(std::size_t dimension) {
    using Engine = boost::random::sobol_engine<std::uint32_t, digits>;
    Engine engine(dimension);
    std::vector<std::uint32_t> direction((digits + 1) * dimension, 0);
    for (unsigned k = 0; k < digits; ++k) {
        engine.seed(static_cast<std::uint32_t>((std::uint64_t{2} << k) - 2));
        for (std::size_t d = 0; d < dimension; ++d) direction[k * dimension + d] = engine();
    }
    return direction;
}

}  // namespace

SobolSequence::SobolSequence(std::size_t dimension, std::optional<std::uint64_t> shift_seed) {
    if (dimension < 1 || dimension > max_dimension)
        throw InternalError(
            fmt::format("Sobol sequence: expected a dimension in [1, {}], got {}", max_dimension, dimension));
    direction_ = direction_numbers(dimension);
    shift_.assign(dimension, 0);
    if (shift_seed) {
        Rng rng(*shift_seed, Purpose::screening);
        for (std::uint32_t& word : shift_) word = rng();
    }
    state_ = shift_;
}

void SobolSequence::seek(std::uint64_t index) {
    if (index > length)
        throw InternalError(fmt::format("Sobol sequence: expected an index <= {}, got {}", length, index));
    state_ = shift_;
    const std::uint64_t gray = index ^ (index >> 1);
    for (unsigned k = 0; k < digits; ++k)
        if ((gray >> k & 1U) != 0)
            for (std::size_t d = 0; d < dimension(); ++d) state_[d] ^= direction_[k * dimension() + d];
    index_ = index;
}

void SobolSequence::next(std::span<std::uint32_t> point) {
    const std::size_t n = dimension();
    if (point.size() != n || index_ >= length)
        throw InternalError(fmt::format("Sobol sequence: expected {} digits and an index < {}, got {} and {}", n,
                                        length, point.size(), index_));
    ++index_;
    // Gray codes of neighbours differ in one bit: the lowest one of the new index.
    const std::uint32_t* direction = direction_.data() + static_cast<std::size_t>(std::countr_zero(index_)) * n;
    std::uint32_t* state = state_.data();
    std::uint32_t* out = point.data();
#pragma omp simd
    for (std::size_t d = 0; d < n; ++d) {
        out[d] = state[d];
        state[d] ^= direction[d];
    }
}

}  // namespace hpnas

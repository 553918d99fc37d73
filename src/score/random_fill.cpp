#include "hpnas/score/random_fill.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "hpnas/core/hash.hpp"
#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

/// Values drawn from one generator; pieces are filled in parallel.
constexpr std::size_t piece = 4096;

Rng rng_of_piece(std::uint64_t seed, std::uint64_t id, std::size_t i) {
    const std::array<std::uint64_t, 2> key{id, i};
    return {seed, Purpose::score, hash64(std::as_bytes(std::span(key)))};
}

template <class FillPiece>
void for_pieces(std::span<float> values, std::uint64_t seed, std::uint64_t id, const FillPiece& fill_piece) {
    const std::size_t n_pieces = (values.size() + piece - 1) / piece;
#pragma omp parallel for schedule(static) if (n_pieces > 4)
    for (std::size_t i = 0; i < n_pieces; ++i) {
        const std::size_t first = i * piece;
        fill_piece(values.subspan(first, std::min(piece, values.size() - first)), rng_of_piece(seed, id, i));
    }
}

/// Random bits as a number in (0, 1), never an end point.
double unit(std::uint32_t bits) { return (static_cast<double>(bits) + 0.5) * 0x1p-32; }

void fill_normal_piece(std::span<float> values, Rng rng) {
    for (std::size_t i = 0; i < values.size(); i += 2) {
        const std::uint32_t bits = rng() & 0xffffff00U;  // of 32 bits the largest numbers would round to 1 in float32
        const float radius = std::sqrt(-2 * std::log(static_cast<float>(unit(bits))));
        const float angle = static_cast<float>(2 * std::numbers::pi * unit(rng()));
        values[i] = radius * std::cos(angle);
        if (i + 1 < values.size()) values[i + 1] = radius * std::sin(angle);
    }
}

}  // namespace

void fill_normal(std::span<float> values, std::uint64_t seed, std::uint64_t id) {
    for_pieces(values, seed, id, fill_normal_piece);
}

void fill_uniform_integers(std::span<float> values, std::uint64_t n, std::uint64_t seed, std::uint64_t id) {
    for_pieces(values, seed, id, [n](std::span<float> part, Rng rng) {
        for (float& value : part) value = static_cast<float>(rng.below(n));
    });
}

}  // namespace hpnas

#pragma once
#include <array>
#include <cstdint>

namespace hpnas {

/// What a stream of random numbers is for. Stored nowhere, but part of every draw: append only.
enum class Purpose : std::uint32_t {
    initialisation = 1,
    shuffle = 2,
    augmentation = 3,
    dropout = 4,
    strategy = 5,
    screening = 6,
    measurement = 7,
    data = 8,
    score = 9,
    architecture = 10,
    test = 100,
};

/// Counter-based generator (Philox4x32-10, Salmon et al., SC 2011): the n-th draw is a pure function of (seed, purpose,
/// id, n). Two Rngs of equal arguments give equal numbers on every rank, thread and machine. A regular value, cheap to
/// copy; satisfies UniformRandomBitGenerator. Use a separate id per candidate, sample or step rather than sharing one.
class Rng {
public:
    using result_type = std::uint32_t;
    Rng(std::uint64_t seed, Purpose purpose, std::uint64_t id = 0) noexcept;

    static constexpr result_type min() noexcept { return 0; }
    static constexpr result_type max() noexcept { return 0xffffffffU; }
    result_type operator()() noexcept;

    /// Uniform in [0, 1), 53 bits.
    double uniform() noexcept;
    /// Standard normal (Box-Muller; no cached second value, so every call is two uniforms).
    double normal() noexcept;
    /// Uniform integer in [0, n); n >= 1; without modulo bias.
    std::uint64_t below(std::uint64_t n) noexcept;

private:
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    unsigned used_ = 4;
};

}  // namespace hpnas

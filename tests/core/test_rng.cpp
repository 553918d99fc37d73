#include <Random123/philox.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "hpnas/core/rng.hpp"

namespace hpnas {
namespace {

// Known answers published with Random123 (tests/kat_vectors, "philox4x32 10"): counter and key all zero, all ones,
// digits of pi.
struct KnownAnswer {
    std::array<std::uint32_t, 4> counter;
    std::array<std::uint32_t, 2> key;
    std::array<std::uint32_t, 4> output;
};
constexpr std::array<KnownAnswer, 3> known_answers = {{
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
}};

// The first block of an Rng uses counter {0, purpose, id low, id high}: with purpose 0 and id 0 it is the zero vector.
TEST(Rng, FirstBlockIsTheAllZeroKnownAnswer) {
    Rng rng(0, static_cast<Purpose>(0), 0);
    for (const std::uint32_t expected : known_answers[0].output) EXPECT_EQ(rng(), expected);
}

TEST(Rng, LibraryReproducesEveryKnownAnswer) {
    for (const KnownAnswer& known : known_answers) {
        const philox4x32_ctr_t counter = {{known.counter[0], known.counter[1], known.counter[2], known.counter[3]}};
        const philox4x32_key_t key = {{known.key[0], known.key[1]}};
        const philox4x32_ctr_t drawn = philox4x32(counter, key);
        for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(drawn.v[i], known.output[i]);
    }
}

// Slow reference: the generator called directly with the documented counter layout.
TEST(Rng, DrawsFollowTheDocumentedCounterLayout) {
    const std::uint64_t seed = 0x1122334455667788U;
    const std::uint64_t id = 0x99aabbccddeeff01U;
    Rng rng(seed, Purpose::shuffle, id);
    for (std::uint32_t block = 0; block < 3; ++block) {
        const philox4x32_ctr_t counter = {{block, 2, 0xddeeff01U, 0x99aabbccU}};
        const philox4x32_key_t key = {{0x55667788U, 0x11223344U}};
        const philox4x32_ctr_t drawn = philox4x32(counter, key);
        for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(rng(), drawn.v[i]);
    }
}

TEST(Rng, EqualArgumentsGiveEqualNumbersAndDifferentOnesDoNot) {
    const auto draw = [](std::uint64_t seed, Purpose purpose, std::uint64_t id) {
        Rng rng(seed, purpose, id);
        return rng.uniform();
    };
    EXPECT_EQ(draw(1, Purpose::test, 2), draw(1, Purpose::test, 2));
    EXPECT_NE(draw(1, Purpose::test, 2), draw(2, Purpose::test, 2));
    EXPECT_NE(draw(1, Purpose::test, 2), draw(1, Purpose::dropout, 2));
    EXPECT_NE(draw(1, Purpose::test, 2), draw(1, Purpose::test, 3));
    EXPECT_NE(draw(1, Purpose::test, 2), draw(1, Purpose::test, 2 + (std::uint64_t{1} << 32)));
}

TEST(Rng, CopyContinuesWhereTheOriginalStood) {
    Rng original(5, Purpose::test);
    original();
    Rng copy = original;
    for (int i = 0; i < 10; ++i) EXPECT_EQ(original(), copy());
}

// 53 bits of the zero known answer: (0x6627e8d5e169c58d >> 11) / 2^53.
TEST(Rng, UniformUses53BitsOfTwoDraws) {
    Rng rng(0, static_cast<Purpose>(0), 0);
    EXPECT_EQ(rng.uniform(), static_cast<double>(0x6627e8d5e169c58dULL >> 11) / 9007199254740992.0);
}

// n = 100000: the mean of U(0,1) has a standard error of 0.2887 / sqrt(n) = 9.1e-4, its variance 1/12 one of 2.4e-4;
// five of each.
TEST(Rng, UniformHasTheMomentsOfTheUniformDistribution) {
    Rng rng(7, Purpose::test);
    double sum = 0, squares = 0;
    const int n = 100000;
    for (int i = 0; i < n; ++i) {
        const double u = rng.uniform();
        ASSERT_GE(u, 0.0);
        ASSERT_LT(u, 1.0);
        sum += u;
        squares += u * u;
    }
    const double mean = sum / n;
    EXPECT_NEAR(mean, 0.5, 4.6e-3);
    EXPECT_NEAR(squares / n - mean * mean, 1.0 / 12, 1.2e-3);
}

// Standard errors at n = 100000: mean 1/sqrt(n) = 3.2e-3, variance sqrt(2/n) = 4.5e-3, fourth moment sqrt(96/n)
// = 3.1e-2; five of each.
TEST(Rng, NormalHasTheMomentsOfTheStandardNormal) {
    Rng rng(8, Purpose::test);
    double m1 = 0, m2 = 0, m4 = 0;
    const int n = 100000;
    for (int i = 0; i < n; ++i) {
        const double x = rng.normal();
        ASSERT_TRUE(std::isfinite(x));
        m1 += x / n;
        m2 += x * x / n;
        m4 += x * x * x * x / n;
    }
    EXPECT_NEAR(m1, 0, 1.6e-2);
    EXPECT_NEAR(m2, 1, 2.3e-2);
    EXPECT_NEAR(m4, 3, 1.6e-1);
}

// Chi-square with 6 degrees of freedom exceeds 27.9 with probability 1e-4.
TEST(Rng, BelowIsUniform) {
    Rng rng(9, Purpose::test);
    std::vector<int> counts(7);
    const int n = 70000;
    for (int i = 0; i < n; ++i) ++counts.at(rng.below(7));
    double chi_square = 0;
    for (const int count : counts) chi_square += (count - 10000.0) * (count - 10000.0) / 10000.0;
    EXPECT_LT(chi_square, 27.9);
}

// For n = 3 * 2^62 a plain modulo of 64 bits would give [0, 2^62) with probability 1/2 instead of 1/3; standard
// error 4.7e-3.
TEST(Rng, BelowHasNoModuloBias) {
    Rng rng(10, Purpose::test);
    const std::uint64_t quarter = std::uint64_t{1} << 62;
    int low = 0;
    const int n = 10000;
    for (int i = 0; i < n; ++i) low += rng.below(3 * quarter) < quarter ? 1 : 0;
    EXPECT_NEAR(static_cast<double>(low) / n, 1.0 / 3, 2.4e-2);
}

TEST(Rng, BelowOneIsZero) {
    Rng rng(11, Purpose::test);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(rng.below(1), 0U);
}

}  // namespace
}  // namespace hpnas

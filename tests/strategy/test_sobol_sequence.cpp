#include <gtest/gtest.h>

#include <boost/random/sobol.hpp>
#include <map>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/strategy/sobol_sequence.hpp"

namespace hpnas {
namespace {

using Words = std::vector<std::uint32_t>;

Words next(SobolSequence& sequence) {
    Words point(sequence.dimension());
    sequence.next(point);
    return point;
}

TEST(SobolSequence, FirstPointsOfTwoDimensionsAsInBoostsDocumentation) {
    SobolSequence sequence(2, std::nullopt);
    // 0, then (0.5, 0.5) (0.75, 0.25) (0.25, 0.75) (0.375, 0.375) (0.875, 0.875), in units of 2^-32.
    constexpr std::uint32_t eighth = 1U << 29;
    EXPECT_EQ(next(sequence), (Words{0, 0}));
    EXPECT_EQ(next(sequence), (Words{4 * eighth, 4 * eighth}));
    EXPECT_EQ(next(sequence), (Words{6 * eighth, 2 * eighth}));
    EXPECT_EQ(next(sequence), (Words{2 * eighth, 6 * eighth}));
    EXPECT_EQ(next(sequence), (Words{3 * eighth, 3 * eighth}));
    EXPECT_EQ(next(sequence), (Words{7 * eighth, 7 * eighth}));
}

TEST(SobolSequence, EqualsBoostsEngineInFortyOneDimensions) {
    boost::random::sobol_engine<std::uint32_t, 32> engine(41);
    SobolSequence sequence(41, std::nullopt);
    next(sequence);  // the engine leaves out point 0
    for (int i = 0; i < 5000; ++i) {
        const Words point = next(sequence);
        for (const std::uint32_t digit : point) ASSERT_EQ(digit, engine());
    }
}

TEST(SobolSequence, CanBeEnteredAnywhere) {
    SobolSequence walked(7, 11);
    SobolSequence jumped(7, 11);
    for (std::uint64_t i = 0; i < 300; ++i) {
        const Words point = next(walked);
        jumped.seek(299 - i);
        jumped.seek(i);
        EXPECT_EQ(jumped.index(), i);
        EXPECT_EQ(next(jumped), point);
    }
    // Far away: the last point of the plain sequence is the top direction number, 2^31 places after which nothing is
    // left.
    SobolSequence plain(2, std::nullopt);
    plain.seek(SobolSequence::length - 1);
    EXPECT_EQ(next(plain)[0], 1U);  // van der Corput: gray code 2^31 mirrored
    EXPECT_THROW(next(plain), InternalError);
    EXPECT_THROW(plain.seek(SobolSequence::length + 1), InternalError);
}

TEST(SobolSequence, ShiftIsOneXorPerDimensionAndDependsOnTheSeed) {
    SobolSequence plain(5, std::nullopt);
    SobolSequence shifted(5, 1);
    SobolSequence other(5, 2);
    const Words shift = next(shifted);  // point 0 of the plain sequence is zero
    EXPECT_NE(shift, next(other));
    EXPECT_EQ(next(plain), Words(5, 0));
    for (int i = 1; i < 100; ++i) {
        Words expected = next(plain);
        for (std::size_t d = 0; d < 5; ++d) expected[d] ^= shift[d];
        EXPECT_EQ(next(shifted), expected);
    }
}

TEST(SobolSequence, AlignedBlocksHitEveryChoiceOfAPowerOfTwoSlotEquallyOften) {
    const Words radices{16, 2, 8, 4, 2, 16, 1, 8, 32, 2, 4, 16, 8, 2, 2, 4, 16, 32, 2, 8, 4,
                        16, 2, 8, 4, 2, 16, 1, 8, 32, 2, 4, 16, 8, 2, 2, 4, 16, 32, 2, 8};
    SobolSequence sequence(41, 5);
    constexpr std::uint64_t block = 256;  // 2^8 points, also an aligned block that does not start at 0
    for (const std::uint64_t start : {std::uint64_t{0}, 37 * block}) {
        sequence.seek(start);
        std::vector<std::map<std::int16_t, unsigned>> count(41);
        std::vector<std::int16_t> choices(41);
        for (std::uint64_t i = 0; i < block; ++i) {
            to_choices(next(sequence), radices, choices);
            for (std::size_t d = 0; d < 41; ++d) ++count[d][choices[d]];
        }
        for (std::size_t d = 0; d < 41; ++d) {
            ASSERT_EQ(count[d].size(), radices[d]);
            for (const auto& [choice, n] : count[d]) EXPECT_EQ(n, block / radices[d]) << "slot " << d;
        }
    }
}

TEST(SobolSequence, ChoicesSplitTheUnitIntervalEvenly) {
    const Words radices{3, 3, 3, 3, 1};
    // floor(u * 3): u = 0, just below 1/3, just above 1/3, largest u.
    const Words point{0, 0x55555555U, 0x55555556U, 0xffffffffU, 0xffffffffU};
    std::vector<std::int16_t> choices(5);
    to_choices(point, radices, choices);
    EXPECT_EQ(choices, (std::vector<std::int16_t>{0, 0, 1, 2, 0}));
}

TEST(SobolSequence, RefusesImpossibleDimensionsAndSizes) {
    EXPECT_THROW(SobolSequence(0, 1), InternalError);
    EXPECT_THROW(SobolSequence(3668, 1), InternalError);
    EXPECT_NO_THROW(SobolSequence(3667, 1));
    SobolSequence sequence(3, 1);
    Words wrong(2);
    EXPECT_THROW(sequence.next(wrong), InternalError);
}

}  // namespace
}  // namespace hpnas

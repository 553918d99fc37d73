#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"

namespace hpnas {
namespace {

Decision decision(const std::string& name, std::size_t n, bool ordered = true) {
    return {name, std::vector<double>(n), ordered};
}

const std::vector<Decision> small{decision("depth", 4), decision("kernel", 2), decision("act", 3, false)};

TEST(Encoding, CheckNamesTheSlot) {
    EXPECT_NO_THROW(check_encoding({3, 1, 2}, small));
    EXPECT_THROW(check_encoding({3, 1}, small), EncodingError);
    EXPECT_THROW(check_encoding({-1, 1, 2}, small), EncodingError);
    try {
        check_encoding({0, 2, 0}, small);
        FAIL();
    } catch (const EncodingError& error) {
        EXPECT_STREQ(error.what(), "encoding: slot 1 (kernel): expected a choice in [0, 1], got 2");
    }
    EXPECT_TRUE(is_valid({0, 0, 0}, small));
    EXPECT_FALSE(is_valid({4, 0, 0}, small));
    EXPECT_FALSE(is_valid({}, small));
}

TEST(Encoding, HashIsThatOfTheBytesAndTellsNeighboursApart) {
    // XXH3_64bits of the six bytes 01 00 02 00 03 00, from a C program that only includes xxhash.h.
    EXPECT_EQ(hash_encoding({1, 2, 3}), 14129709302671659571U);
    std::set<std::uint64_t> seen;
    for (const Encoding& x : all_encodings(small, 100)) seen.insert(hash_encoding(x));
    EXPECT_EQ(seen.size(), 24U);
    EXPECT_NE(hash_encoding({1, 2}), hash_encoding({1, 2, 0}));
}

TEST(Encoding, TextRoundTrip) {
    EXPECT_EQ(to_text({5, 1, 0}), "5,1,0");
    EXPECT_EQ(encoding_from_text("5,1,0"), (Encoding{5, 1, 0}));
    EXPECT_EQ(encoding_from_text(" 5, 1 ,0 "), (Encoding{5, 1, 0}));
    EXPECT_EQ(encoding_from_text(""), Encoding{});
    EXPECT_EQ(encoding_from_text("32767"), (Encoding{32767}));
}

TEST(Encoding, BadTextIsRefused) {
    for (const char* text : {"1,,2", "1,2,", ",1", "1,a", "1.5", "-1", "32768", "1 2", "0x1", "+1"})
        EXPECT_THROW(encoding_from_text(text), EncodingError) << text;
}

TEST(Encoding, RandomEncodingsAreUniform) {
    Rng rng(3, Purpose::test);
    std::vector<int> count(4);
    constexpr int draws = 4000;
    for (int i = 0; i < draws; ++i) {
        const Encoding x = random_encoding(small, rng);
        ASSERT_TRUE(is_valid(x, small));
        ++count[static_cast<std::size_t>(x[0])];
    }
    for (const int n : count) EXPECT_NEAR(n, 1000, 5 * 27.4);  // 5 standard deviations, sqrt(4000 * 1/4 * 3/4) = 27.4
}

TEST(Encoding, NeighboursStepOrderedSlotsAndSwapCategoricalOnes) {
    const std::vector<Encoding> expected{{0, 0, 1}, {2, 0, 1}, {1, 1, 1}, {1, 0, 0}, {1, 0, 2}};
    EXPECT_EQ(neighbours({1, 0, 1}, small), expected);
    const std::vector<Encoding> corner{{2, 1, 0}, {3, 0, 0}, {3, 1, 1}, {3, 1, 2}};
    EXPECT_EQ(neighbours({3, 1, 0}, small), corner);
}

TEST(Encoding, SizeOfTheGpunetSpaceIsExact) {
    // gpunet.md 1.2: the radix vector and its product.
    std::vector<Decision> gpunet;
    for (const std::size_t n : {10, 2,  2, 2, 4, 4, 2, 5,  2,  2, 8, 5, 2, 5,  2,  2, 8, 7, 2, 5, 2,
                                2,  10, 8, 2, 5, 2, 2, 16, 10, 2, 5, 2, 2, 15, 10, 2, 5, 2, 2, 16})
        gpunet.push_back(decision("slot", n));
    ASSERT_EQ(gpunet.size(), 41U);
    EXPECT_EQ(space_size_text(gpunet), "360777252864000000000000");
    EXPECT_EQ(space_size(gpunet), 360777252864.0L * 1e12L);
    EXPECT_EQ(radices(gpunet)[40], 16U);
    EXPECT_THROW(all_encodings(gpunet, 1'000'000), InternalError);
}

TEST(Encoding, SmallSizes) {
    EXPECT_EQ(space_size_text({}), "1");
    EXPECT_EQ(space_size_text(small), "24");
    const std::vector<Decision> thousands(3, decision("slot", 1000));
    EXPECT_EQ(space_size_text(thousands), "1000000000");  // crosses the base of the big-number arithmetic
}

TEST(Encoding, AllEncodingsAreLexicographicAndDistinct) {
    const std::vector<Encoding> all = all_encodings(small, 24);
    ASSERT_EQ(all.size(), 24U);
    EXPECT_EQ(all[0], (Encoding{0, 0, 0}));
    EXPECT_EQ(all[1], (Encoding{0, 0, 1}));
    EXPECT_EQ(all[23], (Encoding{3, 1, 2}));
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
    EXPECT_EQ(std::set<Encoding>(all.begin(), all.end()).size(), 24U);
}

}  // namespace
}  // namespace hpnas

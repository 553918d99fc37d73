#include <Random123/philox.h>

#include "kernel/isa_baseline.hpp"
#include "kernel/loops_check.hpp"
#include "kernel/loops_elementwise.hpp"

namespace hpnas::kernel {
namespace {

TEST(LoopsBaseline, MatchTheirDefinitions) { exact::check_loops(loops_baseline); }

TEST(LoopsBaseline, ExponentialIsAccurateToTwoUlp) {
    for (double x = -87.0; x <= 88.0; x += 0.000731) {
        const float at = static_cast<float>(x);
        const double expected = std::exp(static_cast<double>(at));
        const float rounded = static_cast<float>(expected);
        const double ulp =
            static_cast<double>(std::nextafter(rounded, std::numeric_limits<float>::infinity()) - rounded);
        ASSERT_NEAR(simd::exp<Baseline>(simd::broadcast<Baseline>(at))[0], expected, 2 * ulp) << at;
    }
}

TEST(LoopsBaseline, ExponentialIsClampedAndPassesNaNOn) {
    const auto exp = [](float x) { return simd::exp<Baseline>(simd::broadcast<Baseline>(x))[0]; };
    EXPECT_EQ(exp(-1000.0F), exp(-87.0F));
    EXPECT_EQ(exp(1000.0F), exp(88.0F));
    EXPECT_TRUE(std::isnan(exp(std::numeric_limits<float>::quiet_NaN())));
}

TEST(LoopsBaseline, DrawsAreThoseOfPhilox) {
    r123::Philox2x32_R<7> philox;
    for (const std::uint32_t key : {0U, 1U, 0xffffffffU, 0x13198a2eU})
        for (const std::uint64_t pair : {0ULL, 1ULL, 0xffffffffULL, 0x243f6a88ULL}) {
            const std::uint32_t high = 0x85a308d3U;
            const auto expected = philox({{static_cast<std::uint32_t>(pair), high}}, {{key}});
            using Words = Baseline::Words;
            const auto got = simd::philox<Baseline>(Words{} + pair, Words{} + high, key)[0];
            EXPECT_EQ(static_cast<std::uint32_t>(got), expected[0]);
            EXPECT_EQ(static_cast<std::uint32_t>(got >> 32), expected[1]);
        }
}

}  // namespace
}  // namespace hpnas::kernel

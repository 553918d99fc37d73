#include "hpnas/kernel/random_uniform.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace hpnas::kernel {
namespace {

TEST(FillUniform, IsRngsStream) {
    const UniformDraws draws{0x0123456789abcdefULL, Purpose::initialisation, 0xfedcba9876543210ULL, -0.3, 0.11};
    std::vector<float> values(1000);
    fill_uniform(draws, values.data(), 1000);
    Rng rng(draws.seed, draws.purpose, draws.id);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double unit = (static_cast<double>(rng()) + 0.5) * 0x1p-32;
        EXPECT_EQ(values[i], static_cast<float>(draws.low + (draws.high - draws.low) * unit)) << i;
    }
}

TEST(FillUniform, WritesNoMoreThanWanted) {
    std::vector<float> all(100), some(38, 9.0F);
    fill_uniform({}, all.data(), 100);
    fill_uniform({}, some.data(), 37);
    EXPECT_EQ(std::vector<float>(some.begin(), some.end() - 1), std::vector<float>(all.begin(), all.begin() + 37));
    EXPECT_EQ(some.back(), 9.0F);
    for (const float x : all) EXPECT_TRUE(x > 0 && x < 1);
}

}  // namespace
}  // namespace hpnas::kernel

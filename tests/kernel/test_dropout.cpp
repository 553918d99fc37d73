#include "hpnas/kernel/dropout.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

DropoutKey key(std::uint64_t id) { return DropoutKey(Rng(7, Purpose::dropout, id)); }

std::vector<float> masks(DropoutKey k, float probability, std::int64_t count) {
    const exact::Buffer src(std::vector<float>(static_cast<std::size_t>(count), 1.0F)), dst(count);
    dropout(k, probability, src.data(), dst.data(), count);
    EXPECT_TRUE(dst.intact());
    return dst.values();
}

double fraction_dropped(const std::vector<float>& mask) {
    return static_cast<double>(std::count(mask.begin(), mask.end(), 0.0F)) / static_cast<double>(mask.size());
}

TEST(Dropout, DropsTheWantedFractionAndKeepsTheExpectation) {
    const std::int64_t count = 1 << 20;
    for (const float probability : {0.1F, 0.25F, 0.5F, 0.9F}) {
        const auto mask = masks(key(1), probability, count);
        // Five standard deviations of a binomial fraction: 5 * sqrt(p (1 - p) / 2^20) <= 5 * 0.5 / 2^10.
        EXPECT_NEAR(fraction_dropped(mask), static_cast<double>(probability), 2.5e-3);
        for (const float m : mask) ASSERT_TRUE(m == 0.0F || m == 1.0F / (1.0F - probability)) << m;
    }
}

TEST(Dropout, NothingIsDroppedWithProbabilityZero) {
    const exact::Buffer src(exact::rough_values(1000, 1)), dst(1000);
    dropout(key(1), 0.0F, src.data(), dst.data(), 1000);
    EXPECT_EQ(dst.values(), src.values());
}

TEST(Dropout, BackwardDropsWhatForwardDropped) {
    const std::int64_t count = 10001;
    const exact::Buffer x(exact::rough_values(count, 1)), diff(exact::rough_values(count, 2)), dst(count);
    dropout(key(3), 0.4F, x.data(), dst.data(), count);
    dropout(key(3), 0.4F, diff.data(), diff.data(), count);  // in place
    for (std::size_t i = 0; i < dst.size(); ++i) ASSERT_EQ(dst.data()[i] == 0.0F, diff.data()[i] == 0.0F) << i;
}

TEST(Dropout, AMaskIsAFunctionOfKeyAndIndexAlone) {
    const auto many = masks(key(4), 0.5F, 100000), few = masks(key(4), 0.5F, 37);
    EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
    expect_same_bits_for_any_threads([] { return masks(key(4), 0.5F, 200001); }, "mask");
}

/// Correlation of two masks of probability 1/2 over 2^18 elements: standard deviation 2^-9, five of them 0.01.
double correlation(const std::vector<float>& a, const std::vector<float>& b, std::size_t lag) {
    double sum = 0;
    for (std::size_t i = lag; i < a.size(); ++i) sum += (a[i] == 0.0F ? -1.0 : 1.0) * (b[i - lag] == 0.0F ? -1.0 : 1.0);
    return sum / static_cast<double>(a.size() - lag);
}

TEST(Dropout, MasksOfNeighbouringKeysAndIndicesAreUncorrelated) {
    const std::int64_t count = 1 << 18;
    const auto mask = masks(key(1), 0.5F, count);
    EXPECT_NEAR(correlation(mask, masks(key(2), 0.5F, count), 0), 0.0, 0.01);
    for (const std::size_t lag : {1, 2, 3, 4, 16, 64, 1024, 32768})
        EXPECT_NEAR(correlation(mask, mask, lag), 0.0, 0.01) << lag;
    DropoutKey next = key(1);
    ++next.low;
    EXPECT_NEAR(correlation(mask, masks(next, 0.5F, count), 0), 0.0, 0.01);
    EXPECT_NEAR(correlation(mask, masks(next, 0.5F, count), 1), 0.0, 0.01);  // the next key is not a shifted mask
    ++next.high;
    EXPECT_NEAR(correlation(mask, masks(next, 0.5F, count), 0), 0.0, 0.01);
}

TEST(Dropout, DropPathFactorsDependOnTheSampleNumberAlone) {
    std::vector<float> all(100), part(40);
    drop_path_factors(key(5), 0.2F, 0, 100, all.data());
    drop_path_factors(key(5), 0.2F, 30, 40, part.data());
    EXPECT_TRUE(std::equal(part.begin(), part.end(), all.begin() + 30));
    for (const float f : all) EXPECT_TRUE(f == 0.0F || f == 1.0F / 0.8F) << f;
    std::vector<float> many(1 << 16);
    drop_path_factors(key(6), 0.2F, 0, 1 << 16, many.data());
    EXPECT_NEAR(fraction_dropped(many), 0.2, 5 * 0.4 / 256);  // five standard deviations, sqrt(0.2 * 0.8 / 2^16)
}

TEST(Dropout, ScaleSamplesMatchesItsDefinition) {
    for (const std::int64_t per_sample : {1, 3, 20, 64, 40000}) {
        const std::int64_t n = 3, count = n * per_sample;
        const exact::Buffer src(exact::values(count, 1)), residual(exact::values(count, 2)), dst(count);
        const std::vector<float> factors{0.0F, 1.25F, 2.0F};
        reference::Values scaled(src.size()), sum(src.size());
        for (std::size_t i = 0; i < src.size(); ++i) {
            scaled[i] = static_cast<double>(factors[i / static_cast<std::size_t>(per_sample)]) *
                        static_cast<double>(src.data()[i]);
            sum[i] = scaled[i] + static_cast<double>(residual.data()[i]);
        }
        scale_samples({src.data(), factors.data(), nullptr, dst.data()}, n, per_sample);
        exact::expect_equal(dst, scaled, "scaled");
        scale_samples({src.data(), factors.data(), residual.data(), dst.data()}, n, per_sample);
        exact::expect_equal(dst, sum, "sum");
        scale_samples({src.data(), factors.data(), residual.data(), residual.data()}, n, per_sample);
        exact::expect_equal(residual, sum, "dst is residual");
        scale_samples({src.data(), factors.data(), nullptr, src.data()}, n, per_sample);
        exact::expect_equal(src, scaled, "dst is src");
    }
}

}  // namespace
}  // namespace hpnas::kernel

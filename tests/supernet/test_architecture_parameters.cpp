#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/search/encoding.hpp"
#include "hpnas/supernet/architecture_parameters.hpp"
#include "supernet/reference.hpp"

namespace hpnas {
namespace {

using reference::expect_near;
using reference::Vector;

const std::vector<Decision> decisions{{"kernel", {3, 5, 7}}, {"fixed", {1}}, {"skip", {0, 1}, false}};

ArchitectureParameters parameters(const Vector& logits) {
    ArchitectureParameters result{std::span<const Decision>(decisions)};
    std::copy(logits.begin(), logits.end(), result.logits().begin());
    return result;
}

TEST(ArchitectureParameters, AreUniformAtFirst) {
    const ArchitectureParameters fresh{std::span<const Decision>(decisions)};
    EXPECT_EQ(fresh.names()[2], "skip");
    expect_near(fresh.probabilities(), Vector{1 / 3., 1 / 3., 1 / 3., 1, .5, .5}, 1e-15);
    expect_near(fresh.entropies(), Vector{std::log(3), 0, std::log(2)}, 1e-15);
    EXPECT_NEAR(fresh.log_probability({1, 0, 1}), -std::log(6), 1e-15);
    EXPECT_EQ(fresh.most_likely(), (Encoding{0, 0, 0}));
}

TEST(ArchitectureParameters, DeriveTheArgmaxOfEveryDecision) {
    const ArchitectureParameters some = parameters({-1, 2, 1, -5, 0, 0.1});
    EXPECT_EQ(some.most_likely(), (Encoding{1, 0, 1}));
    EXPECT_TRUE(is_valid(some.most_likely(), decisions));
}

TEST(ArchitectureParameters, MostLikelyEncodingsAreThoseOfEnumeration) {
    const ArchitectureParameters some = parameters({-1, 2, 1.05, -5, 0, 0.4});
    std::vector<Encoding> all = all_encodings(decisions, 6);
    std::stable_sort(all.begin(), all.end(), [&](const Encoding& a, const Encoding& b) {
        return some.log_probability(a) > some.log_probability(b);
    });
    EXPECT_EQ(some.most_likely(6), all);
    EXPECT_EQ(some.most_likely(99), all);
    EXPECT_EQ(some.most_likely(2), std::vector<Encoding>(all.begin(), all.begin() + 2));
    EXPECT_TRUE(some.most_likely(0).empty());
}

TEST(ArchitectureParameters, MostLikelyOfALargeSpaceNeedsNoEnumeration) {
    const std::vector<Decision> large(40, {"d", {1, 2, 3, 4, 5}});
    ArchitectureParameters some{std::span<const Decision>(large)};
    for (std::size_t i = 0; i < 200; ++i) some.logits()[i] = std::sin(static_cast<double>(7 * i));
    const std::vector<Encoding> best = some.most_likely(50);
    EXPECT_EQ(best.front(), some.most_likely());
    for (std::size_t i = 1; i < best.size(); ++i)
        EXPECT_GE(some.log_probability(best[i - 1]) + 1e-12, some.log_probability(best[i]));
}

TEST(ArchitectureParameters, SamplesFollowTheProbabilities) {
    const ArchitectureParameters some = parameters({-1, 2, 1, -5, 0, 0.4});
    constexpr int n = 20000;
    Vector counts(6);
    for (int i = 0; i < n; ++i) {
        Rng rng(1, Purpose::test, static_cast<std::uint64_t>(i));
        const Encoding x = some.sample(rng, 0.08);
        ASSERT_TRUE(is_valid(x, decisions));
        for (std::size_t g = 0; g < 3; ++g) ++counts[some.groups().offset(g) + static_cast<std::size_t>(x[g])];
    }
    const Vector p = some.probabilities(0.08);
    for (std::size_t i = 0; i < 6; ++i)
        EXPECT_NEAR(counts[i] / n, p[i], 4 * std::sqrt(p[i] * (1 - p[i]) / n));  // four standard errors
}

TEST(ArchitectureParameters, RefuseEncodingsOfAnotherSpace) {
    const ArchitectureParameters fresh{std::span<const Decision>(decisions)};
    EXPECT_THROW(fresh.log_probability({0, 0}), EncodingError);
    EXPECT_THROW(fresh.log_probability({3, 0, 0}), EncodingError);
}

}  // namespace
}  // namespace hpnas

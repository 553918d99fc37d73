#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "hpnas/core/error.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/ctc_loss.hpp"

namespace hpnas::kernel {
namespace {

std::vector<float> random_logits(std::int64_t frames, std::int64_t tokens, std::uint64_t id) {
    Rng rng(3, Purpose::test, id);
    std::vector<float> logits(static_cast<std::size_t>(frames * tokens));
    for (float& x : logits) x = static_cast<float>(2 * rng.normal());
    return logits;
}

std::vector<std::int64_t> spelled(const std::vector<std::int64_t>& path) {
    std::vector<std::int64_t> labels;
    for (std::size_t t = 0; t < path.size(); ++t)
        if (path[t] != 0 && (t == 0 || path[t] != path[t - 1])) labels.push_back(path[t]);
    return labels;
}

/// The sum over all tokens^frames paths.
double by_enumeration(const std::vector<float>& logits, std::int64_t frames, std::int64_t tokens,
                      const std::vector<std::int64_t>& target) {
    double sum = 0;
    std::vector<std::int64_t> path(static_cast<std::size_t>(frames), 0);
    while (true) {
        if (spelled(path) == target) {
            double product = 1;
            for (std::int64_t t = 0; t < frames; ++t) {
                double total = 0;
                for (std::int64_t k = 0; k < tokens; ++k)
                    total += std::exp(static_cast<double>(logits[static_cast<std::size_t>(t * tokens + k)]));
                const std::int64_t k = path[static_cast<std::size_t>(t)];
                product *= std::exp(static_cast<double>(logits[static_cast<std::size_t>(t * tokens + k)])) / total;
            }
            sum += product;
        }
        std::size_t place = 0;
        while (place < path.size() && ++path[place] == tokens) path[place++] = 0;
        if (place == path.size()) return -std::log(sum);
    }
}

const std::vector<std::vector<std::int64_t>> targets{{}, {1}, {2, 1}, {1, 1}, {1, 2, 2}, {2, 2, 2}};

TEST(CtcLoss, EqualsTheSumOverAllPaths) {
    for (const std::int64_t frames : {1, 2, 4, 6})
        for (const auto& target : targets) {
            const auto logits = random_logits(frames, 3, static_cast<std::uint64_t>(frames));
            const double expected = by_enumeration(logits, frames, 3, target);
            const double found = ctc_loss({logits.data(), frames, target}, 3);
            if (std::isinf(expected))
                EXPECT_EQ(found, expected) << frames << " frames, " << target.size() << " labels";
            else
                EXPECT_NEAR(found, expected, 1e-12 * (1 + expected));  // a few hundred additions in double
        }
}

TEST(CtcLoss, GradientMatchesFiniteDifferences) {
    constexpr std::int64_t frames = 6, tokens = 3;
    for (const auto& target : targets) {
        std::vector<float> logits = random_logits(frames, tokens, 9), diff(logits.size());
        ctc_loss({logits.data(), frames, target, diff.data(), 0.5}, tokens);
        for (std::size_t i = 0; i < logits.size(); ++i) {
            constexpr float h = 1.0F / 512;  // exact in float32; the loss itself is computed in double
            const float kept = logits[i];
            logits[i] = kept + h;
            const double up = ctc_loss({logits.data(), frames, target}, tokens), above = static_cast<double>(logits[i]);
            logits[i] = kept - h;
            const double down = ctc_loss({logits.data(), frames, target}, tokens),
                         below = static_cast<double>(logits[i]);
            logits[i] = kept;
            EXPECT_NEAR(static_cast<double>(diff[i]), 0.5 * (up - down) / (above - below), 2e-6) << i;  // h^2
        }
    }
}

TEST(CtcLoss, TooFewFramesAreInfiniteWithoutGradient) {
    const auto logits = random_logits(2, 3, 1);
    const std::vector<std::int64_t> target{1, 1};  // needs a blank in between
    std::vector<float> diff(logits.size(), 7.0F);
    EXPECT_EQ(ctc_loss({logits.data(), 2, target, diff.data()}, 3), std::numeric_limits<double>::infinity());
    EXPECT_EQ(diff, std::vector<float>(logits.size(), 0.0F));
}

// A thousand frames whose products of probabilities underflow any floating-point number.
TEST(CtcLoss, StaysFiniteForLongSequences) {
    constexpr std::int64_t frames = 2000, tokens = 40;
    const auto logits = random_logits(frames, tokens, 5);
    std::vector<std::int64_t> target;
    for (std::int64_t i = 0; i < 300; ++i) target.push_back(1 + i % 39);
    std::vector<float> diff(logits.size());
    EXPECT_TRUE(std::isfinite(ctc_loss({logits.data(), frames, target, diff.data()}, tokens)));
    for (std::int64_t t = 0; t < frames; t += 100) {
        double sum = 0;  // of softmax minus a distribution
        for (std::int64_t k = 0; k < tokens; ++k)
            sum += static_cast<double>(diff[static_cast<std::size_t>(t * tokens + k)]);
        EXPECT_NEAR(sum, 0, 1e-6);  // 40 float32 values
    }
}

TEST(CtcLoss, RefusesBlankAndUnknownLabels) {
    const auto logits = random_logits(4, 3, 1);
    const std::vector<std::int64_t> zero{0}, two{2}, three{3};
    EXPECT_THROW(ctc_loss({logits.data(), 4, zero}, 3), ShapeError);
    EXPECT_THROW(ctc_loss({logits.data(), 4, three}, 3), ShapeError);
    EXPECT_THROW(ctc_loss({logits.data(), 4, two}, 3, 2), ShapeError);
}

}  // namespace
}  // namespace hpnas::kernel

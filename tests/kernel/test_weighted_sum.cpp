#include <cmath>
#include <limits>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/kernel/weighted_sum.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

using Floats = std::vector<float>;

/// Whole numbers in [-4, 4]: every product and sum is exact, so nothing needs a tolerance.
Floats whole_numbers(std::int64_t count, std::uint64_t id) {
    Rng rng(3, Purpose::test, id);
    Floats values(static_cast<std::size_t>(count));
    for (float& value : values) value = static_cast<float>(rng.below(9)) - 4.0F;
    return values;
}

struct Case {
    explicit Case(const WeightedSumShape& s)
        : shape(s), weights(whole_numbers(s.n * s.options, 1)), diff_dst(whole_numbers(s.n * s.count, 2)) {
        weights[0] = 0;
        for (std::int64_t k = 0; k < s.options; ++k)
            src.push_back(whole_numbers(s.n * s.count, static_cast<std::uint64_t>(10 + k)));
        for (Floats& option : src) pointers.push_back(option.data());
    }
    Floats forward() const {
        Floats dst(diff_dst.size(), std::nanf(""));
        weighted_sum(shape, pointers, weights.data(), dst.data());
        return dst;
    }
    /// Gradients of all options, then of the weights.
    Floats backward() const {
        std::vector<Floats> diff_src(src.size(), Floats(diff_dst.size(), std::nanf("")));
        std::vector<float*> targets;
        for (Floats& option : diff_src) targets.push_back(option.data());
        Floats all(weights.size(), std::nanf(""));
        std::vector<double> scratch(weighted_sum_scratch(shape));
        weighted_sum_backward(shape, {pointers, weights.data(), diff_dst.data(), targets, all.data(), scratch.data()});
        for (const Floats& option : diff_src) all.insert(all.end(), option.begin(), option.end());
        return all;
    }
    WeightedSumShape shape;
    Floats weights, diff_dst;
    std::vector<Floats> src;
    std::vector<const float*> pointers;
};

const std::vector<WeightedSumShape> shapes{{1, 1, 1}, {2, 17, 3}, {3, 16384, 2}, {2, 33000, 7}, {2, 9, 36}};

TEST(WeightedSum, BothDirectionsAreExactOnWholeNumbers) {
    for (const WeightedSumShape& s : shapes) {
        const Case c(s);
        Floats dst(c.diff_dst.size(), 0), diff_weights(c.weights.size(), 0), diff_src;
        for (std::size_t k = 0; k < c.src.size(); ++k)
            for (std::size_t i = 0; i < dst.size(); ++i) {
                const std::size_t w = i / static_cast<std::size_t>(s.count) * c.src.size() + k;
                dst[i] += c.weights[w] * c.src[k][i];
                if (c.weights[w] != 0) diff_weights[w] += c.src[k][i] * c.diff_dst[i];
                diff_src.push_back(c.weights[w] * c.diff_dst[i]);
            }
        EXPECT_EQ(c.forward(), dst) << s.count;
        diff_weights.insert(diff_weights.end(), diff_src.begin(), diff_src.end());
        EXPECT_EQ(c.backward(), diff_weights) << s.count;
    }
}

TEST(WeightedSum, OptionsOfWeightZeroAreNotRead) {
    Case c({2, 5, 2});
    c.weights = {0, 2, 0, 0};
    for (float& x : c.src[0]) x = std::numeric_limits<float>::quiet_NaN();
    for (const float x : c.forward()) EXPECT_TRUE(std::isfinite(x));
    for (const float x : c.backward()) EXPECT_TRUE(std::isfinite(x));
    EXPECT_EQ(c.forward().back(), 0.0F);  // nothing but zeros: the sum is zero
}

TEST(WeightedSum, GradientsThatNobodyWantsAreLeftOut) {
    const Case c({2, 100, 6});
    const Floats all = c.backward(), unset(c.diff_dst.size(), 7);
    std::vector<Floats> diff_src(6, unset);
    std::vector<float*> targets(6);
    for (const std::size_t k : {1U, 4U, 5U}) targets[k] = diff_src[k].data();
    Floats weights(c.weights.size());
    std::vector<double> scratch(weighted_sum_scratch(c.shape));
    weighted_sum_backward(c.shape,
                          {c.pointers, c.weights.data(), c.diff_dst.data(), targets, weights.data(), scratch.data()});
    EXPECT_EQ(weights, Floats(all.begin(), all.begin() + 12));
    const std::vector<Floats> with_weights = diff_src;
    weighted_sum_backward(c.shape, {c.pointers, c.weights.data(), c.diff_dst.data(), targets});
    EXPECT_EQ(diff_src, with_weights);
    for (std::size_t k = 0; k < 6; ++k)
        EXPECT_EQ(diff_src[k], targets[k] == nullptr
                                   ? unset
                                   : Floats(all.begin() + 12 + static_cast<std::ptrdiff_t>(200 * k),
                                            all.begin() + 12 + static_cast<std::ptrdiff_t>(200 * (k + 1))));
}

TEST(WeightedSum, BitsDoNotDependOnThreads) {
    const Case c({3, 20000, 6});
    expect_same_bits_for_any_threads([&] { return c.forward(); }, "forward");
    expect_same_bits_for_any_threads([&] { return c.backward(); }, "backward");
}

}  // namespace
}  // namespace hpnas::kernel

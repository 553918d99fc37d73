#include "hpnas/core/error.hpp"
#include "hpnas/kernel/loss.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

/// Rows of positive numbers that sum to 1.
std::vector<float> soft_targets(std::int64_t n, std::int64_t classes) {
    std::vector<float> t = exact::rough_values(n * classes, 9);
    for (std::int64_t i = 0; i < n; ++i) {
        float sum = 0;
        for (std::int64_t j = 0; j < classes; ++j) sum += std::abs(t[static_cast<std::size_t>(i * classes + j)]);
        for (std::int64_t j = 0; j < classes; ++j) {
            float& x = t[static_cast<std::size_t>(i * classes + j)];
            x = std::abs(x) / sum;
        }
    }
    return t;
}

TEST(Loss, CrossEntropyAndItsGradientMatchTheReference) {
    for (const std::int64_t n : {1, 3, 64})
        for (const std::int64_t classes : {1, 2, 3, 10, 100, 1000}) {
            const exact::Buffer logits(exact::rough_values(n * classes, 1)), targets(soft_targets(n, classes));
            const exact::Buffer loss(n), diff(n * classes);
            const auto x = exact::as_double(logits.values()), t = exact::as_double(targets.values());
            const float gradient_scale = 1.0F / static_cast<float>(n);
            auto expected = reference::cross_entropy_backward(x, t, n, classes);
            for (double& g : expected) g *= static_cast<double>(gradient_scale);
            softmax_cross_entropy({logits.data(), targets.data(), loss.data(), diff.data(), gradient_scale}, n,
                                  classes);
            // Computed in double, stored as float: 6e-8 relative, and targets rounded to float.
            exact::expect_near(loss, reference::cross_entropy(x, t, n, classes), 2e-7, "loss");
            exact::expect_near(diff, expected, 2e-7, "diff_logits");
            softmax_cross_entropy({logits.data(), targets.data(), loss.data(), nullptr, 1.0F}, n, classes);
            exact::expect_near(loss, reference::cross_entropy(x, t, n, classes), 2e-7, "loss alone");
            softmax_cross_entropy({logits.data(), targets.data(), loss.data(), logits.data(), gradient_scale}, n,
                                  classes);
            exact::expect_near(logits, expected, 2e-7, "diff_logits in place");
        }
}

TEST(Loss, LargeLogitsNeitherOverflowNorLosePrecision) {
    const std::vector<float> logits{1000.0F, 998.0F, -1000.0F}, targets{0.0F, 1.0F, 0.0F};
    std::vector<float> loss(1), diff(3);
    softmax_cross_entropy({logits.data(), targets.data(), loss.data(), diff.data(), 1.0F}, 1, 3);
    EXPECT_NEAR(loss[0], 2.0 + std::log1p(std::exp(-2.0)), 1e-6);  // log(e^0 + e^-2 + 0) + 2
    EXPECT_NEAR(diff[0], 1.0 / (1.0 + std::exp(-2.0)), 1e-7);
    EXPECT_EQ(diff[2], 0.0F);
}

TEST(Loss, SmoothTargetsMatchAHandCalculation) {
    const std::vector<std::int64_t> labels{2, 0};
    std::vector<float> targets(8);
    smooth_targets(labels.data(), 0.5F, targets.data(), 2, 4);  // 0.5 / 4 everywhere, 0.5 more on the label
    EXPECT_EQ(targets, (std::vector<float>{0.125F, 0.125F, 0.625F, 0.125F, 0.625F, 0.125F, 0.125F, 0.125F}));
    smooth_targets(labels.data(), 0.0F, targets.data(), 2, 4);
    EXPECT_EQ(targets, (std::vector<float>{0, 0, 1, 0, 1, 0, 0, 0}));
}

TEST(Loss, LabelsOutsideTheClassesAreRefused) {
    std::vector<float> targets(8);
    for (const std::int64_t bad : {-1, 4}) {
        const std::vector<std::int64_t> labels{0, bad};
        EXPECT_THROW(smooth_targets(labels.data(), 0.1F, targets.data(), 2, 4), ShapeError);
    }
}

TEST(Loss, HitsMatchAHandCalculation) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<float> logits{
        7,   6,   5, 4, 3, 2, 1,  // label 0: first
        7,   6,   5, 4, 3, 2, 1,  // label 4: fifth
        7,   6,   5, 4, 3, 2, 1,  // label 5: sixth
        1,   1,   1, 1, 1, 1, 1,  // label 5: sixth among equals, five of lower index are ahead
        1,   1,   1, 1, 1, 1, 1,  // label 0: first among equals
        9,   nan, 1, 1, 1, 1, 1,  // label 0: second, behind NaN
        nan, 1,   1, 1, 1, 1, 1,  // label 0: its own NaN scores nothing
    };
    const std::vector<std::int64_t> labels{0, 4, 5, 5, 0, 0, 0};
    const TopHits hits = count_hits(logits.data(), labels.data(), 7, 7);
    EXPECT_EQ(hits.top1, 2);  // samples 0 and 4
    EXPECT_EQ(hits.top5, 4);  // and samples 1 and 5
}

TEST(Loss, FewerThanFiveClassesAlwaysHitTheTopFive) {
    const std::vector<float> logits{1, 2, 3};
    const std::vector<std::int64_t> labels{0};
    EXPECT_EQ(count_hits(logits.data(), labels.data(), 1, 3).top5, 1);
    EXPECT_EQ(count_hits(logits.data(), labels.data(), 1, 3).top1, 0);
}

TEST(Loss, GivesTheSameBitsForAnyNumberOfThreads) {
    const exact::Buffer logits(exact::rough_values(64 * 1000, 1)), targets(soft_targets(64, 1000));
    expect_same_bits_for_any_threads(
        [&] {
            const exact::Buffer loss(64), diff(64 * 1000);
            softmax_cross_entropy({logits.data(), targets.data(), loss.data(), diff.data(), 1.0F}, 64, 1000);
            return std::pair(loss.values(), diff.values());
        },
        "loss");
}

}  // namespace
}  // namespace hpnas::kernel

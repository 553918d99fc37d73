#include "hpnas/core/error.hpp"
#include "hpnas/kernel/batch_norm.hpp"
#include "kernel/exact.hpp"
#include "kernel/threads.hpp"

namespace hpnas::kernel {
namespace {

using reference::Values;

/// Sums over up to 10^5 rows in blocks: roundings of 6e-8 that mostly cancel, next to values of size 1 divided by
/// deviations of 1.
constexpr double tolerance = 2e-5;

/// Every tensor of a forward and a backward call.
struct Tensors {
    exact::Buffer src, residual, gamma, beta, running_mean, running_variance, diff_dst;
    exact::Buffer dst, mean, inv_std, diff_src, diff_gamma, diff_beta, diff_residual, scratch;

    explicit Tensors(const BatchNorm& kernel) : Tensors(kernel.shape(), kernel.workspace_bytes()) {}
    Tensors(const BatchNormShape& s, std::size_t bytes)
        : src(exact::rough_values(s.rows * s.channels, 1)),
          residual(exact::rough_values(s.rows * s.channels, 2)),
          gamma(exact::rough_values(s.channels, 3)),
          beta(exact::rough_values(s.channels, 4)),
          running_mean(exact::rough_values(s.channels, 5)),
          running_variance(exact::rough_values(s.channels, 6)),
          diff_dst(exact::rough_values(s.rows * s.channels, 7)),
          dst(s.rows * s.channels),
          mean(s.channels),
          inv_std(s.channels),
          diff_src(s.rows * s.channels),
          diff_gamma(s.channels),
          diff_beta(s.channels),
          diff_residual(s.rows * s.channels),
          scratch(exact::workspace(bytes)) {
        for (std::size_t c = 0; c < gamma.size(); ++c) {
            running_variance.data()[c] = 0.5F + std::abs(running_variance.data()[c]);
            for (std::size_t i = c; i < src.size(); i += gamma.size())
                src.data()[i] += 3.0F * beta.data()[c];  // means other than 0
        }
    }
    BatchNormForward forward(const BatchNormShape& s) const {
        return {src.data(),
                s.residual ? residual.data() : nullptr,
                gamma.data(),
                beta.data(),
                dst.data(),
                mean.data(),
                inv_std.data(),
                running_mean.data(),
                running_variance.data()};
    }
    BatchNormBackward backward(const BatchNorm& kernel, bool training) const {
        BatchNormBackward a;
        a.src = src.data();
        a.dst = kernel.backward_needs_dst() ? dst.data() : nullptr;
        a.residual = kernel.backward_needs_residual() ? residual.data() : nullptr;
        a.gamma = gamma.data();
        a.beta = beta.data();
        a.mean = training ? mean.data() : running_mean.data();
        a.inv_std = training ? inv_std.data() : running_variance.data();
        a.diff_dst = diff_dst.data();
        a.diff_src = diff_src.data();
        a.diff_gamma = diff_gamma.data();
        a.diff_beta = diff_beta.data();
        a.diff_residual = kernel.shape().residual ? diff_residual.data() : nullptr;
        return a;
    }
    reference::BatchNormInput reference_input(const BatchNormShape& s, bool training) const {
        reference::BatchNormInput in{
            exact::as_double(src.values()),          exact::as_double(gamma.values()),
            exact::as_double(beta.values()),         {},
            exact::as_double(running_mean.values()), exact::as_double(running_variance.values())};
        if (s.residual) in.residual = exact::as_double(residual.values());
        if (training) reference::batch_statistics(s, in.src, in.mean, in.variance);
        return in;
    }
};

std::string describe(const BatchNormShape& s) {
    return "[" + std::to_string(s.rows) + ", " + std::to_string(s.channels) + "] activation " +
           std::to_string(static_cast<int>(s.activation)) + (s.residual ? " residual" : "");
}

/// A sum of n terms of size 1 is of size sqrt(n), and so are its roundings.
double sum_tolerance(const BatchNormShape& s) { return tolerance * std::sqrt(static_cast<double>(s.rows)); }

void check_backward(const BatchNorm& kernel, const Tensors& t, bool training) {
    const BatchNormShape& s = kernel.shape();
    const auto expected = reference::batch_norm_backward(s, t.reference_input(s, training),
                                                         exact::as_double(t.diff_dst.values()), training);
    const auto run = [&](const BatchNormBackward& a) {
        if (training)
            kernel.backward_training(a, t.scratch.data());
        else
            kernel.backward_evaluation(a, t.scratch.data());
    };
    run(t.backward(kernel, training));
    EXPECT_TRUE(t.scratch.intact()) << "wrote outside the workspace";
    exact::expect_near(t.diff_src, expected.src, tolerance, "diff_src");
    exact::expect_near(t.diff_gamma, expected.gamma, sum_tolerance(s), "diff_gamma");
    exact::expect_near(t.diff_beta, expected.beta, sum_tolerance(s), "diff_beta");
    if (s.residual) exact::expect_near(t.diff_residual, expected.residual, tolerance, "diff_residual");

    const std::vector<float> diff_dst = t.diff_dst.values();
    BatchNormBackward in_place = t.backward(kernel, training);
    (s.residual ? in_place.diff_residual : in_place.diff_src) = t.diff_dst.data();
    run(in_place);
    exact::expect_near(t.diff_dst, s.residual ? expected.residual : expected.src, tolerance, "in place of diff_dst");
    exact::expect_near(t.diff_src, expected.src, tolerance, "diff_src beside");
    std::copy(diff_dst.begin(), diff_dst.end(), t.diff_dst.data());
}

void check_training(const BatchNormShape& s) {
    SCOPED_TRACE(describe(s) + " training");
    const BatchNorm kernel(s);
    const Tensors t(kernel);
    const auto in = t.reference_input(s, true);
    const auto old_mean = exact::as_double(t.running_mean.values()),
               old_variance = exact::as_double(t.running_variance.values());
    kernel.forward_training(t.forward(s), t.scratch.data());
    EXPECT_TRUE(t.scratch.intact()) << "wrote outside the workspace";
    exact::expect_near(t.dst, reference::batch_norm_forward(s, in), tolerance, "dst");
    exact::expect_near(t.mean, in.mean, tolerance, "mean");
    Values inv_std = in.variance, new_mean = old_mean, new_variance = old_variance;
    for (std::size_t c = 0; c < inv_std.size(); ++c) {
        const double unbiased =
            s.rows > 1 ? in.variance[c] * static_cast<double>(s.rows) / static_cast<double>(s.rows - 1) : 0.0;
        inv_std[c] = 1.0 / std::sqrt(in.variance[c] + static_cast<double>(s.epsilon));
        new_mean[c] = 0.9 * old_mean[c] + 0.1 * in.mean[c];
        new_variance[c] = 0.9 * old_variance[c] + 0.1 * unbiased;
    }
    exact::expect_near(t.inv_std, inv_std, tolerance, "inv_std");
    exact::expect_near(t.running_mean, new_mean, tolerance, "running_mean");
    exact::expect_near(t.running_variance, new_variance, tolerance, "running_variance");
    check_backward(kernel, t, true);
}

void check_evaluation(const BatchNormShape& s) {
    SCOPED_TRACE(describe(s) + " evaluation");
    const BatchNorm kernel(s);
    const Tensors t(kernel);
    kernel.forward_evaluation(t.forward(s), t.scratch.data());
    EXPECT_TRUE(t.scratch.intact()) << "wrote outside the workspace";
    exact::expect_near(t.dst, reference::batch_norm_forward(s, t.reference_input(s, false)), tolerance, "dst");
    check_backward(kernel, t, false);
}

std::vector<BatchNormShape> variants(std::int64_t rows, std::int64_t channels) {
    std::vector<BatchNormShape> result;
    for (const Activation kind : {Activation::none, Activation::relu, Activation::swish})
        for (const bool residual : {false, true})
            result.push_back({.rows = rows, .channels = channels, .activation = kind, .residual = residual});
    return result;
}

TEST(BatchNorm, TrainingMatchesTheReference) {
    for (const std::int64_t channels : {1, 3, 8, 16, 20, 24, 40, 64, 75, 150, 320})
        for (const std::int64_t rows : {6, 7, 64, 675})
            for (const BatchNormShape& s : variants(rows, channels)) check_training(s);
}

TEST(BatchNorm, EvaluationMatchesTheReference) {
    for (const std::int64_t channels : {1, 3, 8, 16, 20, 24, 40, 64, 75, 150, 320})
        for (const std::int64_t rows : {1, 2, 7, 64, 675})
            for (const BatchNormShape& s : variants(rows, channels)) check_evaluation(s);
}

TEST(BatchNorm, ManyRowsMatchTheReference) {
    for (const std::int64_t channels : {3, 16, 40}) {
        check_training({.rows = 20011, .channels = channels, .activation = Activation::relu, .residual = true});
        check_training({.rows = 20011, .channels = channels, .activation = Activation::swish});
    }
    check_training({.rows = 3000, .channels = 1001});
}

TEST(BatchNorm, OneRowHasNoVariance) {
    const BatchNorm kernel({.rows = 1, .channels = 3});
    const Tensors t(kernel);
    const auto old_variance = t.running_variance.values();
    kernel.forward_training(t.forward(kernel.shape()), t.scratch.data());
    exact::expect_equal(t.dst, exact::as_double(t.beta.values()), "dst");
    for (std::size_t c = 0; c < 3; ++c) {
        EXPECT_FLOAT_EQ(t.inv_std.data()[c], 1.0F / std::sqrt(1e-5F));
        EXPECT_FLOAT_EQ(t.running_variance.data()[c], 0.9F * old_variance[c]);
    }
    kernel.backward_training(t.backward(kernel, true), t.scratch.data());
    EXPECT_EQ(t.diff_src.values(), (std::vector<float>{0, 0, 0}));  // dst does not depend on src
}

TEST(BatchNorm, SmallDeviationsFromALargeMeanKeepTheirPrecision) {
    // Mean 1000, deviation 1: naive sums of squares in float32 lose everything. Inputs themselves are rounded to 3e-5.
    const BatchNorm kernel({.rows = 5000, .channels = 24});
    const Tensors t(kernel);
    for (std::size_t i = 0; i < t.src.size(); ++i)
        t.src.data()[i] = 1000.0F + (t.src.data()[i] - 3.0F * t.beta.data()[i % 24]);
    const auto in = t.reference_input(kernel.shape(), true);
    kernel.forward_training(t.forward(kernel.shape()), t.scratch.data());
    Values inv_std = in.variance;
    for (double& v : inv_std) v = 1.0 / std::sqrt(v + 1e-5);
    exact::expect_near(t.mean, in.mean, 1e-7, "mean");
    exact::expect_near(t.inv_std, inv_std, 1e-5, "inv_std");
}

TEST(BatchNorm, ForwardWorksInPlace) {
    for (const BatchNormShape& s : variants(100, 24)) {
        const BatchNorm kernel(s);
        const Tensors beside(kernel), inside(kernel);
        kernel.forward_training(beside.forward(s), beside.scratch.data());
        BatchNormForward args = inside.forward(s);
        args.dst = s.residual ? inside.residual.data() : inside.src.data();
        kernel.forward_training(args, inside.scratch.data());
        EXPECT_EQ(beside.dst.values(), s.residual ? inside.residual.values() : inside.src.values());
    }
}

TEST(BatchNorm, RunningStatisticsMayBeLeftOut) {
    const BatchNorm kernel({.rows = 10, .channels = 3});
    const Tensors t(kernel);
    BatchNormForward args = t.forward(kernel.shape());
    args.running_mean = args.running_variance = nullptr;
    kernel.forward_training(args, t.scratch.data());
    exact::expect_near(t.dst, reference::batch_norm_forward(kernel.shape(), t.reference_input(kernel.shape(), true)),
                       tolerance, "dst");
}

TEST(BatchNorm, NaNIsPassedOnToItsChannelOnly) {
    for (const Activation kind : {Activation::none, Activation::relu, Activation::swish}) {
        const BatchNorm kernel({.rows = 50, .channels = 20, .activation = kind});
        const Tensors t(kernel);
        t.src.data()[20 * 30 + 7] = std::numeric_limits<float>::quiet_NaN();
        kernel.forward_training(t.forward(kernel.shape()), t.scratch.data());
        for (std::size_t i = 0; i < t.dst.size(); ++i) ASSERT_EQ(std::isnan(t.dst.data()[i]), i % 20 == 7) << i;
    }
}

TEST(BatchNorm, BadShapesAreRefused) {
    EXPECT_THROW(BatchNorm({.rows = 0, .channels = 3}), ShapeError);
    EXPECT_THROW(BatchNorm({.rows = 3, .channels = 0}), ShapeError);
    EXPECT_THROW(BatchNorm({.rows = 3, .channels = 3, .activation = Activation::gelu}), ShapeError);
}

TEST(BatchNorm, GivesTheSameBitsForAnyNumberOfThreads) {
    for (const std::int64_t channels : {16, 40, 200})
        expect_same_bits_for_any_threads(
            [&] {
                const BatchNorm kernel(
                    {.rows = 9001, .channels = channels, .activation = Activation::swish, .residual = true});
                const Tensors t(kernel);
                kernel.forward_training(t.forward(kernel.shape()), t.scratch.data());
                kernel.backward_training(t.backward(kernel, true), t.scratch.data());
                return std::array{t.dst.values(),          t.mean.values(),       t.inv_std.values(),
                                  t.diff_src.values(),     t.diff_gamma.values(), t.diff_beta.values(),
                                  t.diff_residual.values()};
            },
            "batch_norm");
}

TEST(BatchNorm, FoldingMatchesAHandCalculation) {
    // Two channels of two weights; factors 4 / sqrt(3 + 1) = 2 and 3 / sqrt(8 + 1) = 1.
    std::vector<float> weights{1, 2, 3, 4}, bias{5, 6};
    const std::vector<float> gamma{4, 3}, beta{0.5F, 1}, mean{1, 2}, variance{3, 8};
    fold_batch_norm({gamma.data(), beta.data(), mean.data(), variance.data(), 1.0F}, weights.data(), bias.data(), 2, 2);
    EXPECT_EQ(weights, (std::vector<float>{2, 4, 3, 4}));
    EXPECT_EQ(bias, (std::vector<float>{0.5F + 4 * 2, 1 + 4}));
}

}  // namespace
}  // namespace hpnas::kernel

#include <gtest/gtest.h>

#include "hpnas/op/drop_path.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

/// Factors of samples 0 .. n - 1 at `step`.
std::vector<double> factors(std::size_t n, std::uint64_t step, std::uint64_t stream = 1,
                            std::span<const std::int64_t> samples = {}) {
    const std::vector<Shape> inputs{{1}};
    ReferenceArgs args;
    args.batch = static_cast<std::int64_t>(n);
    args.inputs = inputs;
    args.src = {std::vector<double>(n, 1)};
    args.step = {5, step, samples};
    args.stream = stream;
    make_drop_path({.rate = 0.25})->reference(args);
    return args.dst;
}

TEST(DropPath, KeepsTheMeanAndDropsWholeSamples) {
    const std::vector<double> drawn = factors(4000, 0);
    std::size_t dropped = 0;
    for (const double f : drawn) {
        EXPECT_TRUE(f == 0 || std::abs(f - 1 / 0.75) < 1e-6) << f;
        dropped += f == 0 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(dropped) / 4000, 0.25, 0.03);  // four standard deviations: 4 sqrt(.25 .75 / 4000)
}

TEST(DropPath, DrawsDependOnStepStreamAndSampleNumber) {
    EXPECT_EQ(factors(200, 3), factors(200, 3));
    EXPECT_NE(factors(200, 3), factors(200, 4));
    EXPECT_NE(factors(200, 3), factors(200, 3, 2));
    const std::vector<double> all = factors(10, 3);
    const std::vector<std::int64_t> samples{7, 2};
    EXPECT_EQ(factors(2, 3, 1, samples), (std::vector<double>{all[7], all[2]}));
}

TEST(DropPath, IsTheIdentityOutsideTraining) {
    const std::vector<Shape> inputs{{2}, {2}};
    ReferenceArgs args;
    args.mode = ExecutionMode::evaluation;
    args.inputs = inputs;
    args.src = {{1, 2}, {10, 20}};
    make_drop_path({.rate = 0.9, .residual = true})->reference(args);
    EXPECT_EQ(args.dst, (std::vector<double>{11, 22}));
}

TEST(DropPath, RateOneIsRefused) {
    EXPECT_NE(shape_error([] { make_drop_path({.rate = 1}); }), "");
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include "hpnas/op/dropout.hpp"
#include "op/by_hand.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

std::vector<double> masks(std::int64_t batch, std::span<const std::int64_t> samples = {}) {
    const std::vector<Shape> inputs{{500}};
    ReferenceArgs args;
    args.batch = batch;
    args.inputs = inputs;
    args.src = {std::vector<double>(static_cast<std::size_t>(batch) * 500, 1)};
    args.step = {5, 1, samples};
    make_dropout({.rate = 0.2})->reference(args);
    return args.dst;
}

TEST(Dropout, ZeroesTheStatedShareAndScalesTheRest) {
    std::size_t zeros = 0;
    for (const double m : masks(8)) {
        EXPECT_TRUE(m == 0 || std::abs(m - 1.25) < 1e-6) << m;
        zeros += m == 0 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(zeros) / 4000, 0.2, 0.026);  // four standard deviations
}

TEST(Dropout, ASampleHasItsMaskWhereverItStandsInTheBatch) {
    const std::vector<std::int64_t> one{3};
    const std::vector<double> all = masks(4), alone = masks(1, one);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), all.begin() + 1500));
    EXPECT_FALSE(std::equal(alone.begin(), alone.end(), all.begin()));
}

TEST(Dropout, IsTheIdentityOutsideTraining) {
    const std::vector<Shape> inputs{{2}};
    ReferenceArgs args;
    args.mode = ExecutionMode::evaluation;
    args.inputs = inputs;
    args.src = {{1, 2}};
    args.diff_dst = {3, 4};
    make_dropout({.rate = 0.9})->reference(args);
    EXPECT_EQ(args.dst, args.src[0]);
    EXPECT_EQ(args.diff_src[0], args.diff_dst);
}

TEST(Dropout, RateOneIsRefused) {
    EXPECT_NE(shape_error([] { make_dropout({.rate = 1}); }), "");
}

}  // namespace
}  // namespace hpnas

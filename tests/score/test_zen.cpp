#include <gtest/gtest.h>

#include "hpnas/op/zero.hpp"
#include "hpnas/score/zen.hpp"
#include "score/data_free_golden.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

double zen(ZenOptions options, std::uint64_t seed = 5) {
    test::OwnProbe probe(test::data_free_network(), {.seed = seed});
    return Zen(std::move(options)).compute(*probe).value();
}

const PerturbationOptions golden_options{.repeats = 2, .batch = 4};

// float32 and 3 batch norms; the difference is 1 % of the features, so it keeps five digits.
constexpr double tolerance = 1e-4;

TEST(Zen, MatchesPyTorchOnTheNetworkWithoutLinks) {
    EXPECT_NEAR(zen({golden_options, "paper"}), golden::zen, tolerance);
}

TEST(Zen, MatchesPyTorchWithLinksKept) {
    PerturbationOptions options = golden_options;
    options.links = "keep";
    EXPECT_NEAR(zen({options, "paper"}), golden::zen_with_links, tolerance);
}

TEST(Zen, MatchesPyTorchWithTheRunningVariancesOfTheAuthorsCode) {
    EXPECT_NEAR(zen({golden_options, "reference_code"}), golden::zen_reference_code, tolerance);
}

TEST(Zen, DependsOnTheSeed) { EXPECT_NE(zen({golden_options, "paper"}, 6), zen({golden_options, "paper"}, 7)); }

TEST(Zen, IsNotDefinedForACutNetwork) {
    NetworkBuilder b;
    NodeId x = b.add("zero", make_zero(), b.input("x", {4, 4, 2}));
    x = b.add("pool", make_global_average_pool(), x);
    test::OwnProbe probe(std::move(b).finish({b.add("fc", make_linear({.out = 2}), x)}));
    EXPECT_EQ(Zen({golden_options, "paper"}).compute(*probe), std::nullopt);
}

}  // namespace
}  // namespace hpnas

#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/attention.hpp"
#include "hpnas/score/diversity.hpp"
#include "score/data_free_golden.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

double diversity(Network network, const std::string& norm = "nuclear") {
    test::OwnProbe probe(std::move(network));
    return Diversity({.norm = norm, .batch = 4}).compute(*probe).value();
}

TEST(Diversity, MatchesPyTorch) {
    EXPECT_NEAR(diversity(test::data_free_network()), golden::diversity, 1e-4);  // float32 gradients
    EXPECT_NEAR(diversity(test::data_free_network(), "frobenius"), golden::diversity_frobenius, 1e-4);
}

Network attention(bool head) {
    NetworkBuilder b;
    NodeId x = b.add("qkv", make_linear({.out = 12}), b.input("x", {5, 4}));
    x = b.add("proj", make_linear({.out = 4}), b.add("attention", make_attention({.heads = 2}), x));
    if (head) x = b.add("head", make_linear({.out = 4}), b.add("norm", make_relu(), x));
    return std::move(b).finish({x});
}

TEST(Diversity, TheGradientOfOneRowHasRankOne) {
    // One output row, one matrix: both norms agree.
    NetworkBuilder b;
    const Network network = std::move(b).finish({b.add("fc", make_linear({.out = 1}), b.input("x", {7}))});
    EXPECT_NEAR(diversity(network), diversity(network, "frobenius"), 1e-6);
}

TEST(Diversity, OfATransformerCountsAttentionAlone) {
    // Without the head the sum has the same two matrices, so it is finite and their gradients differ.
    EXPECT_TRUE(std::isfinite(diversity(attention(false))));
    EXPECT_NE(diversity(attention(true)), diversity(attention(false)));
    EXPECT_GE(diversity(attention(true)), diversity(attention(true), "frobenius"));
}

}  // namespace
}  // namespace hpnas

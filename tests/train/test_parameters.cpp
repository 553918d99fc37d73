#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/train/parameters.hpp"
#include "train/random_network.hpp"

namespace hpnas {
namespace {

Network network(const std::string& second = "fc") {
    NetworkBuilder b;
    NodeId y = b.add("conv", make_conv2d({.out = 5, .kernel = 3}), b.input("x", {4, 4, 3}));
    y = b.add("bn", make_batch_norm(), y);
    return std::move(b).finish({b.add(second, make_linear({.out = 7}), y)});
}

TEST(Parameters, TrainableOnesComeFirstAndStartAtCacheLines) {
    const Parameters parameters(network());
    std::vector<std::string> names;
    for (const Parameters::Entry& entry : parameters.entries()) {
        names.push_back(entry.name);
        EXPECT_EQ(entry.offset % 16, 0U);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"conv.weight", "bn.weight", "bn.bias", "fc.weight", "fc.bias",
                                               "bn.running_mean", "bn.running_var"}));
    // 135, 5, 5, 35 and 7 floats, each rounded up to 16
    EXPECT_EQ(parameters.trainable().size(), 144U + 16 + 16 + 48 + 16);
    EXPECT_EQ(parameters.all().size(), parameters.trainable().size() + 32);
    EXPECT_EQ(parameters.find("bn.bias")->index, 1);
    EXPECT_EQ(parameters.find("bn.running_var")->index, 3);
    EXPECT_EQ(parameters.find("nothing"), nullptr);
}

TEST(Parameters, InitialValuesFollowTheInitializers) {
    Parameters parameters(network());
    parameters.initialize(1);
    const double bound = 1 / std::sqrt(27.0);  // fan-in of the 3 x 3 convolution over 3 channels
    double largest = 0, sum = 0;
    for (const float x : parameters.values(*parameters.find("conv.weight"))) {
        largest = std::max(largest, std::abs(static_cast<double>(x)));
        sum += static_cast<double>(x);
    }
    EXPECT_LE(largest, bound);
    EXPECT_GT(largest, 0.9 * bound);            // of 135 uniform draws
    EXPECT_LT(std::abs(sum / 135), bound / 5);  // four standard deviations of the mean
    for (const float x : parameters.values(*parameters.find("bn.weight"))) EXPECT_EQ(x, 1.0F);
    for (const float x : parameters.values(*parameters.find("bn.bias"))) EXPECT_EQ(x, 0.0F);
    for (const float x : parameters.values(*parameters.find("bn.running_var"))) EXPECT_EQ(x, 1.0F);
}

TEST(Parameters, ValuesDependOnSeedAndNameOnly) {
    Parameters a(network()), b(network()), c(network("head")), d(network());
    a.initialize(1);
    b.initialize(1);
    c.initialize(1);
    d.initialize(2);
    EXPECT_TRUE(std::ranges::equal(a.all(), b.all()));
    const auto conv = [](const Parameters& p) { return p.values(*p.find("conv.weight")); };
    EXPECT_TRUE(std::ranges::equal(conv(a), conv(c)));
    EXPECT_FALSE(std::ranges::equal(conv(a), conv(d)));
    EXPECT_FALSE(std::ranges::equal(a.values(*a.find("fc.weight")), c.values(*c.find("head.weight"))));
}

TEST(Parameters, ValuesDoNotDependOnTheNumberOfThreads) {
    NetworkBuilder b;
    const NodeId x = b.input("x", {300});
    const Network large = std::move(b).finish({b.add("fc", make_linear({.out = 200}), x)});  // 15 pieces
    Parameters one(large), three(large);
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    one.initialize(1);
    omp_set_num_threads(3);
    three.initialize(1);
    omp_set_num_threads(before);
    EXPECT_TRUE(std::ranges::equal(one.all(), three.all()));
    const auto weights = one.values(*one.find("fc.weight"));
    EXPECT_FALSE(std::equal(weights.begin(), weights.begin() + 4096, weights.begin() + 4096));
}

TEST(Parameters, GapsStayZero) {
    Parameters parameters(network());
    parameters.initialize(1);
    for (const Parameters::Entry& entry : parameters.entries()) {
        std::ranges::fill(parameters.values(entry), 0.0F);
    }
    EXPECT_TRUE(std::ranges::all_of(parameters.all(), [](float x) { return x == 0; }));
}

TEST(Parameters, CountMatchesTheCostOfTheNetwork) {
    for (std::uint64_t id = 0; id < 5; ++id) {
        const Network random = testing::random_network(id);
        std::int64_t count = 0;
        const Parameters parameters(random);
        for (const Parameters::Entry& entry : parameters.entries()) {
            if (entry.spec.trainable()) count += entry.spec.shape.count();
        }
        EXPECT_EQ(count, random.cost().parameters);
    }
}

}  // namespace
}  // namespace hpnas

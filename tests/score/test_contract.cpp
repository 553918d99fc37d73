// The contract of every registered score.
#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hpnas/config/node.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/batch_norm.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/op/zero.hpp"
#include "hpnas/score/builtin.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/space/nasbench201_space.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

/// What only counts a network's parts does not look at what comes out of it.
const std::set<std::string> counts{"params", "macs", "depth", "latency"};

std::unique_ptr<Score> make(const std::string& name) {
    Diagnostics diagnostics;
    auto score = scores().make(parse_yaml("name: " + name, "test"), "score", diagnostics);
    EXPECT_NE(score, nullptr) << name;
    return score;
}

Network nasbench201(const std::string& cell) {
    const NasBench201Space space({.channels = 4, .cells = 1, .resolution = 8}, {.classes = 10});
    return space.decode(space.parse(cell));
}

Network good_network() {
    return nasbench201(
        "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_1x1~1|+|skip_connect~0|nor_conv_3x3~1|avg_pool_3x3~2|");
}

/// Convolution, batch norm, `activation`, perhaps a cut, pool, linear.
Network small_network(const OperatorPtr& activation, bool cut = false) {
    NetworkBuilder b;
    NodeId y = b.add("conv", make_conv2d({.out = 6, .kernel = 3}), b.input("image", {8, 8, 3}));
    y = b.add("act", activation, b.add("norm", make_batch_norm(), y));
    if (cut) y = b.add("cut", make_zero(), y);
    y = b.add("conv2", make_conv2d({.out = 6, .kernel = 3}), y);
    y = b.add("norm2", make_batch_norm(), y);
    y = b.add("pool", make_global_average_pool(), y);
    return std::move(b).finish({b.add("fc", make_linear({.out = 10}), y)});
}

class ScoreContract : public ::testing::TestWithParam<std::string> {
protected:
    std::optional<double> value(const Network& network, std::uint64_t seed = 3,
                                const std::function<void(Parameters&)>& weights = {}) {
        ProbeSettings settings{.batch = 8, .seed = seed, .weights = weights};
        settings.latency_ms = 2.0;
        ScoreProbe probe(network, {engine, arena}, settings);
        return make(GetParam())->compute(probe);
    }
    kernel::Engine engine;
    Arena arena;
};

TEST_P(ScoreContract, SaysWhatItIs) {
    const auto score = make(GetParam());
    EXPECT_EQ(score->info().name, GetParam());
    EXPECT_GE(score->info().version, 1);
    EXPECT_FALSE(score->info().doc.empty());
    EXPECT_EQ(score->info().doc.find('\n'), std::string::npos);
}

TEST_P(ScoreContract, IsDefinedForAnOrdinaryNetworkAndEqualForEqualSeeds) {
    const Network network = good_network();
    const std::uint64_t hash = network.hash();
    const std::optional<double> first = value(network);
    ASSERT_TRUE(first.has_value());
    EXPECT_TRUE(std::isfinite(*first));
    EXPECT_EQ(value(network), first);
    EXPECT_EQ(network.hash(), hash);
    EXPECT_TRUE(value(network, 4).has_value());
}

TEST_P(ScoreContract, StartsFromTheProbesWeights) {
    if (counts.contains(GetParam())) GTEST_SKIP() << "counts parts";
    if (GetParam() == "denas_diversity") GTEST_SKIP() << "is zero without attention";
    if (GetParam() == "linear_regions") GTEST_SKIP() << "counts as many regions as samples for all but tiny networks";
    const Network network = good_network();
    Parameters other(network);
    other.initialize(99);
    const auto given = value(network, 3, [&](Parameters& to) {
        for (const Parameters::Entry& entry : to.entries())
            std::ranges::copy(std::as_const(other).values(*other.find(entry.name)), to.values(entry).begin());
    });
    ASSERT_TRUE(given.has_value());
    EXPECT_NE(given, value(network));
}

TEST_P(ScoreContract, IsTheSameWithinASharedProbe) {
    const Network network = good_network();
    ProbeSettings settings{.batch = 8, .seed = 3};
    settings.latency_ms = 2.0;
    ScoreProbe probe(network, {engine, arena}, settings);
    for (const auto& entry : scores().entries()) make(entry.name)->compute(probe);
    EXPECT_EQ(make(GetParam())->compute(probe), value(network));
}

TEST_P(ScoreContract, AgreesForOneAndTwoThreads) {
    const Network network = good_network();
    const int threads = omp_get_max_threads();
    omp_set_num_threads(1);
    const double one = value(network).value();
    omp_set_num_threads(2);
    const double two = value(network).value();
    omp_set_num_threads(threads);
    EXPECT_NEAR(one, two, 1e-3 * std::abs(one));  // gradients are sums in another order, in float32
}

TEST_P(ScoreContract, CutNetworksHaveNone) {
    if (counts.contains(GetParam())) GTEST_SKIP() << "counts parts";
    EXPECT_EQ(value(nasbench201("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|")), std::nullopt);
    EXPECT_EQ(value(nasbench201("|nor_conv_3x3~0|+|none~0|none~1|+|none~0|none~1|nor_conv_3x3~2|")), std::nullopt);
    EXPECT_EQ(value(small_network(make_relu(), true)), std::nullopt);
}

TEST_P(ScoreContract, NetworksWithoutReluAreHandled) {
    const std::optional<double> result = value(small_network(make_swish()));
    if (GetParam() == "naswot" || GetParam() == "linear_regions") {
        EXPECT_EQ(result, std::nullopt);
    } else if (result) {
        EXPECT_TRUE(std::isfinite(*result));
    }
}

std::vector<std::string> names() {
    std::vector<std::string> result;
    for (const auto& entry : scores().entries()) result.push_back(entry.name);
    return result;
}

INSTANTIATE_TEST_SUITE_P(Scores, ScoreContract, ::testing::ValuesIn(names()),
                         [](const auto& tested) { return tested.param; });

TEST(ScoreRegistry, NamesAreUnique) {
    const std::vector<std::string> all = names();
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), all.size());
}

}  // namespace
}  // namespace hpnas

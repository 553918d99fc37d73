#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/op/attention.hpp"
#include "hpnas/op/layer_norm.hpp"
#include "hpnas/op/token_mean.hpp"
#include "hpnas/score/flow.hpp"
#include "hpnas/score/saliency.hpp"
#include "score/data_free_golden.hpp"
#include "score/data_free_network.hpp"

namespace hpnas {
namespace {

TEST(Saliency, MatchesPyTorch) {
    test::OwnProbe probe;
    EXPECT_NEAR(Saliency({}).compute(*probe).value(), golden::saliency, 1e-6);  // float32
}

TEST(Saliency, OfATransformerCountsTheMlpAlone) {
    NetworkBuilder b;
    NodeId x = b.input("x", {5, 4});
    NodeId y = b.add("qkv", make_linear({.out = 12}), b.add("norm1", make_layer_norm(), x));
    y = b.add("proj", make_linear({.out = 4}), b.add("attention", make_attention({.heads = 2}), y));
    x = b.add("add1", make_add(), {x, y});
    y = b.add("fc1", make_linear({.out = 8}), b.add("norm2", make_layer_norm(), x));
    y = b.add("fc2", make_linear({.out = 4}), b.add("gelu", make_activation(Activation::gelu), y));
    x = b.add("add2", make_add(), {x, y});
    test::OwnProbe probe(
        std::move(b).finish({b.add("head", make_linear({.out = 3}), b.add("mean", make_token_mean({}), x))}));
    std::vector<double> logs;
    for (const Flow::Layer& layer : probe->pass<NormalFlow>().layers()) {
        const std::string& name = probe.network().node(layer.node).name;
        if (name == "fc1" || name == "fc2") logs.push_back(layer.log_saliency - std::log(name == "fc1" ? 8 : 4));
    }
    ASSERT_EQ(logs.size(), 2U);
    EXPECT_DOUBLE_EQ(Saliency({}).compute(*probe).value(), log_sum(logs));
}

}  // namespace
}  // namespace hpnas

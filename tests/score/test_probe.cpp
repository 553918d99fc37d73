#include <gtest/gtest.h>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

struct CountedPass {
    explicit CountedPass(ScoreProbe&) { ++made; }
    static inline int made = 0;
};

TEST(ScoreProbe, MakesAPassOnceAndSharesIt) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {3});
    const NodeId output = builder.add("fc", make_linear({.out = 2}), input);
    const Network network = std::move(builder).finish({output});
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    ScoreProbe probe(network, device, {});
    EXPECT_EQ(&probe.pass<CountedPass>(), &probe.pass<CountedPass>());
    EXPECT_EQ(CountedPass::made, 1);
    EXPECT_EQ(probe.cost().parameters, 8);
}

}  // namespace
}  // namespace hpnas

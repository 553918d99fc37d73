#include <gtest/gtest.h>

#include <limits>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/score/probe.hpp"
#include "hpnas/score/score.hpp"
#include "hpnas/tensor/arena.hpp"

namespace hpnas {
namespace {

class Constant final : public Score {
public:
    explicit Constant(double value) : value_(value) {}
    const ScoreInfo& info() const noexcept override { return info_; }

private:
    double do_compute(ScoreProbe&) const override { return value_; }
    ScoreInfo info_;
    double value_;
};

TEST(Score, IsEmptyUnlessFinite) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {3});
    const NodeId output = builder.add("fc", make_linear({.out = 2}), input);
    const Network network = std::move(builder).finish({output});
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    ScoreProbe probe(network, device, {});
    EXPECT_EQ(Constant(1.5).compute(probe), 1.5);
    EXPECT_EQ(Constant(std::numeric_limits<double>::infinity()).compute(probe), std::nullopt);
    EXPECT_EQ(Constant(std::numeric_limits<double>::quiet_NaN()).compute(probe), std::nullopt);
}

}  // namespace
}  // namespace hpnas

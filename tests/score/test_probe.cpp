#include <gtest/gtest.h>

#include <algorithm>

#include "hpnas/core/error.hpp"
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

/// An operator that reads token ids, as far as the probe looks at it.
class TokenTable final : public Operator {
public:
    std::string_view type() const noexcept override { return "embedding"; }
    Shape output_shape(std::span<const Shape> inputs) const override { return inputs[0]; }
    std::unique_ptr<OperatorKernel> compile(const CompileArgs&) const override { return nullptr; }
    void reference(ReferenceArgs&) const override {}
    void visit_attributes(OptionVisitor& v) const override {
        std::int64_t vocabulary = 5;
        v.integer({"vocabulary", "rows"}, vocabulary);
    }
};

Network fully_connected() {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {3});
    const NodeId output = builder.add("fc", make_linear({.out = 2}), input);
    return std::move(builder).finish({output});
}

class Probe : public ::testing::Test {
protected:
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    const Network network = fully_connected();
};

TEST_F(Probe, MakesAPassOnceAndSharesIt) {
    ScoreProbe probe(network, device, {});
    EXPECT_EQ(&probe.pass<CountedPass>(), &probe.pass<CountedPass>());
    EXPECT_EQ(CountedPass::made, 1);
    EXPECT_EQ(probe.cost().parameters, 8);
}

TEST_F(Probe, RandomBatchIsAFunctionOfTheSeed) {
    ScoreProbe a(network, device, {.batch = 5, .seed = 1, .classes = 3}),
        b(network, device, {.batch = 5, .seed = 1, .classes = 3}), c(network, device, {.batch = 5, .seed = 2});
    EXPECT_EQ(a.batch().inputs.size(), 15U);
    EXPECT_EQ(a.batch().labels.size(), 5U);
    EXPECT_LT(*std::ranges::max_element(a.batch().labels), 3);
    EXPECT_EQ(a.batch().inputs, b.batch().inputs);
    EXPECT_EQ(a.batch().labels, b.batch().labels);
    EXPECT_NE(a.batch().inputs, c.batch().inputs);
    EXPECT_EQ(a.rng("x")(), b.rng("x")());
    EXPECT_NE(a.rng("x")(), a.rng("y")());
}

TEST_F(Probe, TakesTheTasksBatchAndChecksIt) {
    ProbeSettings settings{.batch = 2};
    int calls = 0;
    settings.data = [&](const Shape& input, std::int64_t n) {
        ++calls;
        EXPECT_EQ(input, (Shape{3}));
        EXPECT_EQ(n, 2);
        return ScoreBatch{{1, 2, 3, 4, 5, 6}, {0, 1}};
    };
    ScoreProbe probe(network, device, settings);
    Parameters parameters(network);
    Executor executor(network, parameters, device, {.batch = 2});
    probe.fill_batch(executor);
    EXPECT_TRUE(std::ranges::equal(executor.input(), std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(probe.batch().labels[1], 1);
    EXPECT_EQ(calls, 1);
    settings.data = [](const Shape&, std::int64_t) { return ScoreBatch{{1, 2, 3}, {0}}; };
    ScoreProbe short_of_data(network, device, settings);
    EXPECT_THROW(short_of_data.batch(), DataError);
}

TEST_F(Probe, RandomInputsDifferByPurpose) {
    ScoreProbe probe(network, device, {.seed = 4});
    std::vector<float> a(30), b(30), again(30);
    probe.fill_random(0, "a", a);
    probe.fill_random(0, "b", b);
    probe.fill_random(0, "a", again);
    EXPECT_EQ(a, again);
    EXPECT_NE(a, b);
    EXPECT_THROW(probe.fill_random(1, "a", a), InternalError);
}

TEST_F(Probe, InputsOfEmbeddingsAreTokenIds) {
    NetworkBuilder builder;
    const NodeId features = builder.input("features", {4});
    const NodeId tokens = builder.input("tokens", {6});
    const NodeId rows = builder.add("embedding", std::make_shared<TokenTable>(), tokens);
    const NodeId fc = builder.add("fc", make_linear({.out = 2}), features);
    const Network mixed = std::move(builder).finish({fc, rows});
    ScoreProbe probe(mixed, device, {.batch = 50, .seed = 4});
    std::vector<float> ids(300), values(200);
    probe.fill_random(1, "x", ids);
    probe.fill_random(0, "x", values);
    EXPECT_TRUE(std::ranges::all_of(
        ids, [](float id) { return id >= 0 && id < 5 && id == static_cast<float>(static_cast<int>(id)); }));
    EXPECT_EQ(*std::ranges::max_element(ids), 4.0F);
    EXPECT_TRUE(std::ranges::any_of(values, [](float x) { return x < 0; }));
}

}  // namespace
}  // namespace hpnas

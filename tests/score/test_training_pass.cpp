#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/score/training_pass.hpp"
#include "score/golden_network.hpp"

namespace hpnas {
namespace {

using namespace hpnas::testing;

TEST(TrainingPass, KnowsTheWeightsOfItsLayers) {
    GoldenProblem problem;
    ScoreProbe probe = problem.probe();
    std::vector<std::string> names;
    for (const Parameters::Entry* entry : probe.pass<TrainingPass>().weights()) names.push_back(entry->name);
    EXPECT_EQ(names, (std::vector<std::string>{"conv1.weight", "conv2.weight", "conv3.weight", "fc.weight"}));
}

TEST(TrainingPass, DoesNotMindTheOrderOfQuestions) {
    GoldenProblem problem;
    ScoreProbe one = problem.probe(), two = problem.probe();
    auto &a = one.pass<TrainingPass>(), &b = two.pass<TrainingPass>();
    const std::vector<double> agreement = a.relu_agreement();
    const double fisher = a.fisher_information();
    EXPECT_EQ(b.fisher_information(), fisher);
    EXPECT_EQ(b.loss_gradient(), a.loss_gradient());
    EXPECT_EQ(b.relu_agreement(), agreement);
    EXPECT_EQ(b.n_relu_units(), a.n_relu_units());
    EXPECT_EQ(a.relu_agreement(), agreement) << "asked again";
    EXPECT_EQ(agreement[0], a.n_relu_units()) << "a sample agrees with itself in every unit";
}

TEST(TrainingPass, EveryRowOfTheOutputHasTheSamplesLabel) {
    // Logits 0: p = 1/2; gradient (p - target) / rows, rows = 2 samples * 3.
    NetworkBuilder builder;
    const NodeId input = builder.input("input", {3, 2});
    const Network network = std::move(builder).finish({builder.add("fc", make_linear({.out = 2}), input)});
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    Executor executor(network, parameters, {engine, arena}, {.batch = 2});
    executor.forward();
    fill_loss_gradient(executor, network, {1, 0});
    const std::span<float> gradient = executor.output_gradient();
    for (std::size_t i = 0; i < 12; ++i) EXPECT_FLOAT_EQ(gradient[i], (i < 6) == (i % 2 == 0) ? 1.0F / 12 : -1.0F / 12);
    EXPECT_THROW(fill_loss_gradient(executor, network, {1, 2}), ShapeError);
}

}  // namespace
}  // namespace hpnas

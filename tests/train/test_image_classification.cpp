#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "hpnas/core/error.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/image_classification.hpp"
#include "train/bright_images.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

/// A classifier of [8, 8, 3] and a second, auxiliary one.
Network with_auxiliary(std::int64_t classes) {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", Shape{8, 8, 3});
    const NodeId pool = builder.add("pool", make_global_average_pool(), input);
    const NodeId main = builder.add("fc", make_linear({.out = classes}), pool);
    const NodeId auxiliary = builder.add("auxiliary.fc", make_linear({.out = classes}), pool);
    return std::move(builder).finish({main, auxiliary});
}

TEST(ImageClassification, RefusesNetworksOfOtherShapes) {
    const ImageClassification task(test::bright_task(), test::quick());
    EXPECT_NO_THROW(task.check(test::conv_network(8, 3)));
    EXPECT_NO_THROW(task.check(test::conv_network(20, 3)));  // images are resized
    EXPECT_NO_THROW(task.check(with_auxiliary(3)));
    EXPECT_THROW(task.check(test::conv_network(8, 4)), ShapeError);
    EXPECT_THROW(task.check(with_auxiliary(4)), ShapeError);
    EXPECT_THROW(task.check(test::linear_network(192, 3)), ShapeError);
}

TEST(ImageClassification, OnlyTheClassifierIsDeployed) {
    const ImageClassification task(test::bright_task(), test::quick());
    const Network deployed = task.deployed(with_auxiliary(3));
    ASSERT_EQ(deployed.outputs().size(), 1U);
    EXPECT_EQ(deployed.node(deployed.outputs()[0]).name, "fc");
    EXPECT_EQ(deployed.cost().parameters, 3 * 3 + 3);
}

TEST(ImageClassification, DataFractionShortensTraining) {
    TrainingOptions options = test::quick();
    options.data_fraction = 0.5;
    const ImageClassification task(test::bright_task(), options);
    EXPECT_EQ(task.size(DataSplit::train), 120);
    EXPECT_EQ(task.size(DataSplit::validation), 60);
    EXPECT_EQ(task.size(DataSplit::test), 0);
    EXPECT_EQ(task.training_batches(test::conv_network(8, 3), 16, 1)->n_batches(), 7);
    EXPECT_EQ(task.judging_batches(test::conv_network(8, 3), DataSplit::validation, 16)->n_batches(), 4);
}

// The same images whatever a batch is cut into.
TEST(ImageClassification, MicroBatchesAreTheRowsOfBatches) {
    const ImageClassification task(test::bright_task(), test::quick());
    kernel::Engine engine;
    Arena arena;
    const Network network = test::conv_network(8, 3);
    Parameters parameters(network);
    Executor four(network, parameters, {engine, arena}, {4, ExecutionMode::training, false});
    Executor two(network, parameters, {engine, arena}, {2, ExecutionMode::training, false});
    const auto whole = task.training_batches(network, 4, 9), cut = task.training_batches(network, 2, 9);
    whole->load(1, 3, four);
    const auto samples = cut->load(1, 7, two);
    EXPECT_EQ(samples.size(), 2U);
    EXPECT_TRUE(std::equal(two.input().begin(), two.input().end(), four.input().begin() + 2 * 192));
}

// A teacher whose logits are large constants: the loss is that of always saying class 1, but for the labels' own share.
TEST(ImageClassification, ATeacherIsLearntFromAtItsOwnResolution) {
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    const Network large = test::conv_network(12, 3), small = test::conv_network(8, 3);
    Parameters values(large);
    values.initialize(1);
    test::set(values, "fc.bias", {0, 50, 0});
    const auto teacher = std::make_shared<Teacher>(deploy(large, values), std::nullopt, device, 1.0, 1.0);
    const ImageClassification plain(test::bright_task(), test::quick());
    const ImageClassification distilled(test::bright_task(), test::quick(), teacher);
    Parameters parameters(small);
    parameters.initialize(2);
    Executor executor(small, parameters, device, {15, ExecutionMode::training, false});
    const auto labels = plain.training_batches(small, 15, 3), both = distilled.training_batches(small, 15, 3);
    labels->load(0, 0, executor);
    executor.forward();
    const double loss = labels->loss(executor, 1.0);
    both->load(0, 0, executor);
    executor.forward();
    double expected = 0;
    for (std::size_t row = 0; row < 15; ++row) {
        const float* z = executor.output().data() + row * 3;
        expected += std::log(std::exp(z[0]) + std::exp(z[1]) + std::exp(z[2])) - z[1];
    }
    EXPECT_NEAR(both->loss(executor, 1.0), loss + expected / 15, 1e-5);
    EXPECT_THROW(ImageClassification(
                     test::bright_task(), test::quick(),
                     std::make_shared<Teacher>(deploy(test::conv_network(8, 4), Parameters(test::conv_network(8, 4))),
                                               std::nullopt, device, 1.0, 1.0)),
                 ShapeError);
}

// A student of constant logits (0, 1, 2) learns what the teacher sees, whatever the student sees.
TEST(ImageClassification, ATeacherSeesImagesNormalisedAsItLearnt) {
    kernel::Engine engine;
    Arena arena;
    const Device device{engine, arena};
    const Network network = test::conv_network(8, 3);
    Parameters values(network), constant(network);
    values.initialize(1);
    test::set(constant, "fc.bias", {0, 1, 2});
    const Normalization own = test::bright_task().normalization;
    const Normalization other{{200, 100, 50}, {20, 30, 40}};
    const auto distilled_loss = [&](const Normalization& students, const std::optional<Normalization>& teachers) {
        ImageTask task = test::bright_task();
        task.normalization = students;
        const ImageClassification distilled(
            std::move(task), test::quick(),
            std::make_shared<Teacher>(deploy(network, values), teachers, device, 1.0, 1.0));
        Executor executor(network, constant, device, {15, ExecutionMode::training, false});
        const auto batches = distilled.training_batches(network, 15, 3);
        batches->load(0, 0, executor);
        executor.forward();
        return batches->loss(executor, 1.0);
    };
    EXPECT_EQ(distilled_loss(other, own), distilled_loss(own, own));
    EXPECT_EQ(distilled_loss(own, std::nullopt), distilled_loss(own, own));
    EXPECT_GT(std::abs(distilled_loss(other, std::nullopt) - distilled_loss(own, own)), 1e-4);
}

}  // namespace
}  // namespace hpnas

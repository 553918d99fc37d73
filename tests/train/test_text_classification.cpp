#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/train/text_classification.hpp"
#include "train/toy_texts.hpp"
#include "train/train_task.hpp"

namespace hpnas {
namespace {

// A word tells the class: a bag of words gets all of 60 held-out texts right.
TEST(TextClassification, LearnsWhichWordsTellTheClass) {
    const TextClassification task(test::toy_texts(120), TrainingOptions{});
    const auto [before, after] = test::train_task(task, test::bag_of_words(9, 16, 2), 20, 0.02);
    EXPECT_LT(before[1], 75.0);
    EXPECT_EQ(after[1], 100.0);
    EXPECT_LT(after[0], 0.5 * before[0]);
}

TEST(TextClassification, WordDropoutAndSmoothingChangeTrainingAlone) {
    TrainingOptions options;
    options.word_dropout = 0.5;
    options.label_smoothing = 0.2;
    const TextClassification plain(test::toy_texts(40), TrainingOptions{}), changed(test::toy_texts(40), options);
    const Network network = test::bag_of_words(9, 16, 2);
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    parameters.initialize(1);
    Executor executor(network, parameters, {engine, arena}, {20, ExecutionMode::training, false});
    const auto loss = [&](const TextClassification& task) {
        const auto batches = task.training_batches(network, 20, 3);
        batches->load(0, 0, executor);
        executor.forward();
        return batches->loss(executor, 1.0);
    };
    EXPECT_NE(loss(plain), loss(changed));
    const AssessmentOptions all{.split = DataSplit::validation, .batch = 8};
    EXPECT_EQ(judge_weights(plain, network, parameters.all(), {engine, arena}, all),
              judge_weights(changed, network, parameters.all(), {engine, arena}, all));
}

TEST(TextClassification, RefusesOtherNetworks) {
    const TextClassification task(test::toy_texts(8), TrainingOptions{});
    EXPECT_THROW(task.check(test::bag_of_words(9, 16, 3)), ShapeError);
    EXPECT_THROW(task.check(test::token_by_token(9, 16, 2)), ShapeError);
    EXPECT_NO_THROW(task.check(test::bag_of_words(5, 16, 2)));
}

}  // namespace
}  // namespace hpnas

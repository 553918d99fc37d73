#include <gtest/gtest.h>

#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/train/span_answering.hpp"
#include "train/toy_texts.hpp"
#include "train/train_task.hpp"

namespace hpnas {
namespace {

/// n questions "[CLS] w0 [SEP] five words [SEP]" of which one, w1, is the answer; the context has it at place i mod 5.
/// Every fourth question has a second window without the answer.
SpanTask toy_questions(std::int64_t n) {
    auto set = std::make_shared<SpanSet>();
    const auto add_window = [&](std::int64_t question, std::int64_t place) {
        std::vector<std::int32_t> sequence{2, 4, 3};
        SpanSet::Window window{.question = question, .context_begin = 3, .n_pieces = 5};
        window.first_piece = static_cast<std::int64_t>(set->pieces.size());
        for (std::int64_t k = 0; k < 5; ++k) {
            sequence.push_back(static_cast<std::int32_t>(k == place ? 5 : 6 + (question + k) % 8));
            set->pieces.push_back({static_cast<std::int32_t>(3 * k), static_cast<std::int32_t>(3 * k + 2)});
        }
        sequence.push_back(3);
        if (place >= 0) window.begin = window.end = 3 + place;
        set->sequences.append(sequence, 3);
        set->windows.push_back(window);
    };
    for (std::int64_t i = 0; i < n; ++i) {
        SpanSet::Question question{.id = std::to_string(i), .text = "w0", .context = i, .answers = {"yy"}};
        question.first_window = set->size();
        std::string context = "ab cd ef gh ij";
        context.replace(static_cast<std::size_t>(3 * (i % 5)), 2, "yy");
        set->contexts.push_back(context);
        add_window(i, i % 5);
        if (i % 4 == 0) add_window(i, -1);
        question.n_windows = set->size() - question.first_window;
        set->questions.push_back(question);
    }
    set->source = "toy questions";
    return {all_of<SpanSet>(set), all_of<SpanSet>(set), {}, test::toy_words(12), 9, {}};
}

TEST(SpanAnswering, LearnsToPointAtAWord) {
    const SpanAnswering task(toy_questions(40));
    EXPECT_EQ(task.size(DataSplit::train), 50);
    const auto [before, after] = test::train_task(task, test::token_by_token(9, 16, 2), 20, 0.05, 10);
    EXPECT_LT(before[1], 60.0);
    EXPECT_EQ(after[1], 100.0);
    EXPECT_EQ(after[2], 100.0);
    EXPECT_LT(after[0], 0.5 * before[0]);
}

// All logits equal: ln 9 for begin and end. Every span is as good, so the first word is the answer: right for one
// question in five, at its first window.
TEST(SpanAnswering, LossAndMetricsByHand) {
    const SpanAnswering task(toy_questions(10));
    const Network network = test::token_by_token(9, 16, 2);
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);  // zeros
    const auto metrics =
        judge_weights(task, network, parameters.all(), {engine, arena}, {.split = DataSplit::validation, .batch = 4});
    EXPECT_NEAR(metrics[0], std::log(9.0), 1e-6);
    EXPECT_DOUBLE_EQ(metrics[1], 20.0);
    EXPECT_DOUBLE_EQ(metrics[2], 20.0);
}

TEST(SpanAnswering, GradientMatchesFiniteDifferences) {
    const SpanAnswering task(toy_questions(4));
    const Network network = test::token_by_token(9, 16, 2);
    kernel::Engine engine;
    Arena arena;
    Parameters parameters(network);
    parameters.initialize(1);
    Executor executor(network, parameters, {engine, arena}, {5, ExecutionMode::training, false});
    const auto batches = task.training_batches(network, 5, 2);
    const auto loss = [&] {
        batches->load(0, 0, executor);
        executor.forward();
        return batches->loss(executor, 1.0);
    };
    loss();
    executor.backward();
    const std::vector<float> gradient(executor.gradients().begin(), executor.gradients().end());
    for (std::size_t i = 0; i < gradient.size(); i += 7) {
        constexpr float h = 1e-2F;
        const float kept = parameters.all()[i];
        parameters.all()[i] = kept + h;
        const double up = loss();
        parameters.all()[i] = kept - h;
        const double down = loss();
        parameters.all()[i] = kept;
        EXPECT_NEAR(gradient[i], (up - down) / (2 * static_cast<double>(h)), 2e-4) << i;  // h^2 and float32 losses / h
    }
}

TEST(SpanAnswering, RefusesOtherNetworks) {
    const SpanAnswering task(toy_questions(4));
    EXPECT_THROW(task.check(test::bag_of_words(9, 16, 2)), ShapeError);
    EXPECT_THROW(task.check(test::token_by_token(9, 16, 3)), ShapeError);
}

}  // namespace
}  // namespace hpnas

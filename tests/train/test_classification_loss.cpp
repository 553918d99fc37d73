#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hpnas/kernel/engine.hpp"
#include "hpnas/op/identity.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/classification_loss.hpp"
#include "train/toy_networks.hpp"

namespace hpnas {
namespace {

/// Input [3] is the output; a second output is a linear layer of it.
Network two_outputs() {
    NetworkBuilder builder;
    const NodeId input = builder.input("input", Shape{3});
    const NodeId first = builder.add("first", make_linear({.out = 3, .bias = false}), input);
    const NodeId second = builder.add("second", make_linear({.out = 3, .bias = false}), input);
    return std::move(builder).finish({first, second});
}

constexpr float identity[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};

class ClassificationLossTest : public ::testing::Test {
protected:
    ClassificationLossTest()
        : parameters_(network_),
          executor_(network_, parameters_, {engine_, arena_}, {2, ExecutionMode::training, true}) {
        test::set(parameters_, "first.weight", {identity, identity + 9});
        test::set(parameters_, "second.weight", {0, 0, 0, 0, 0, 0, 0, 0, 0});
        std::ranges::copy(std::vector<float>{1, 2, 3, 0, 0, 0}, executor_.input().begin());
    }
    kernel::Engine engine_;
    Arena arena_;
    Network network_ = two_outputs();
    Parameters parameters_;
    Executor executor_;
    std::vector<std::int64_t> labels_{2, 0};
    BatchLabels batch_{{}, labels_, {}, {}, 2};
};

// First output: log(e^-2 + e^-1 + 1) = 0.40760596 and ln 3; the second is uniform: ln 3 twice, weighted by 0.4.
TEST_F(ClassificationLossTest, AddsAuxiliaryOutputsByTheirWeight) {
    executor_.forward();
    ClassificationLoss loss({.n_classes = 3, .n_outputs = 2, .auxiliary_weight = 0.4});
    const double ln3 = std::log(3.0);
    EXPECT_NEAR(loss(batch_, executor_, 1.0), (0.40760596 + ln3) / 2 + 0.4 * ln3, 1e-6);
    // Row 1: (1/3 - 1) / 2 for its own class, 1/3 / 2 for the others; auxiliary times 0.4; float32.
    EXPECT_NEAR(executor_.output_gradient(0)[3], -1.0 / 3, 1e-6);
    EXPECT_NEAR(executor_.output_gradient(1)[4], 0.4 / 6, 1e-6);
    ClassificationLoss alone({.n_classes = 3, .n_outputs = 1});
    EXPECT_NEAR(alone(batch_, executor_, 0.5), (0.40760596 + ln3) / 2, 1e-6);
    EXPECT_NEAR(executor_.output_gradient(0)[3], -1.0 / 6, 1e-6);  // half of the gradient
}

// Temperature 2, teacher (0, 0, 4 ln 2) and uniform: softened teacher (1, 1, 4) / 6 and (1, 1, 1) / 3; student row 0
// softened: logits 0.5, 1, 1.5; row 1 uniform.
TEST_F(ClassificationLossTest, DistillationAddsTheSoftenedCrossEntropy) {
    executor_.forward();
    ClassificationLoss loss({.n_classes = 3, .n_outputs = 1});
    const double plain = loss(batch_, executor_, 1.0);
    const std::vector<float> before(executor_.output_gradient().begin(), executor_.output_gradient().end());
    const std::vector<float> teacher{0, 0, static_cast<float>(4 * std::log(2.0)), 5, 5, 5};
    const double total = std::exp(0.5) + std::exp(1.0) + std::exp(1.5);
    const double row0 = std::log(total) - (0.5 / 6 + 1.0 / 6 + 1.5 * 4 / 6), row1 = std::log(3.0);
    EXPECT_NEAR(loss(batch_, executor_, 1.0, {teacher, 0.3, 2.0}) - plain, 0.3 * 4 * (row0 + row1) / 2, 1e-6);
    const double slope = 0.3 * 2 * (std::exp(1.5) / total - 4.0 / 6) / 2;  // of the third logit of row 0
    EXPECT_NEAR(executor_.output_gradient()[2] - before[2], slope, 1e-6);
    EXPECT_NEAR(executor_.output_gradient()[4] - before[4], 0, 1e-6);
}

TEST_F(ClassificationLossTest, NotesAndSummaryCountWhatIsValid) {
    const std::vector<float> logits{1, 2, 3, 0, 1, 0, 9, 9, 9};
    const std::vector<std::int64_t> labels{2, 0, 1};
    std::vector<double> notes(2 * classification_record);
    note_classification(logits.data(), 3, {{}, labels, {}, {}, 2}, notes);
    const std::vector<double> metrics = summarise_classification(notes);
    const double second = std::log(std::exp(1.0) + 2.0);  // of logits 0, 1, 0 with label 0
    EXPECT_NEAR(metrics[0], (0.40760596 + second) / 2, 1e-6);
    EXPECT_EQ(metrics[1], 50.0);
    EXPECT_EQ(metrics[2], 100.0);
}

}  // namespace
}  // namespace hpnas

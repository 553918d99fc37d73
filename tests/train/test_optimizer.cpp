#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <memory>
#include <string>

#include "hpnas/core/error.hpp"
#include "hpnas/train/optimizer.hpp"
#include "train/optimizer_problem.hpp"

namespace hpnas {
namespace {

class EveryOptimizer : public ::testing::TestWithParam<std::string> {
protected:
    std::unique_ptr<Optimizer> make() const {
        Diagnostics diagnostics;
        auto optimizer = optimizers().make(parse_yaml(GetParam(), "test"), "optimizer", diagnostics);
        diagnostics.throw_if_any();
        return optimizer;
    }
    /// Weights after five steps on 50,000 of them.
    static std::vector<float> train(Optimizer& optimizer) {
        Parameters parameters(test::linear_network(1000, 50));
        test::set(parameters, "fc.weight", test::wave(50000, 0.1, 0.0, 1.0));
        optimizer.start(parameters);
        for (int step = 0; step < 5; ++step)
            optimizer.step(parameters.trainable(), test::wave(parameters.trainable().size(), 0.3, step, 1.0),
                           {0.01, 0.5});
        return {parameters.trainable().begin(), parameters.trainable().end()};
    }
};

TEST_P(EveryOptimizer, ResultsDoNotDependOnThreads) {
    const int threads = omp_get_max_threads();
    const auto optimizer = make();
    omp_set_num_threads(1);
    const std::vector<float> one = train(*optimizer);
    omp_set_num_threads(2);
    EXPECT_EQ(train(*optimizer), one);  // also: start() forgot the first training
    omp_set_num_threads(threads);
}

TEST_P(EveryOptimizer, GoesOnFromASavedState) {
    const auto one = make(), other = make();
    Parameters parameters(test::linear_network(10, 5));
    const std::vector<float> gradients = test::wave(parameters.trainable().size(), 0.3, 1, 1.0);
    one->start(parameters);
    for (int step = 0; step < 3; ++step) one->step(parameters.trainable(), gradients, {0.01, 1.0});
    Parameters copy = parameters;
    other->start(copy);
    const Optimizer::State from = one->state(), to = other->state();
    ASSERT_EQ(from.buffers.size(), to.buffers.size());
    for (std::size_t i = 0; i < from.buffers.size(); ++i) std::ranges::copy(from.buffers[i], to.buffers[i].begin());
    for (std::size_t i = 0; i < from.numbers.size(); ++i) *to.numbers[i] = *from.numbers[i];
    one->step(parameters.trainable(), gradients, {0.01, 1.0});
    other->step(copy.trainable(), gradients, {0.01, 1.0});
    EXPECT_TRUE(std::ranges::equal(parameters.trainable(), copy.trainable()));
}

TEST_P(EveryOptimizer, MovesAgainstTheGradient) {
    const auto optimizer = make();
    Parameters parameters(test::linear_network(3, 1));
    test::set(parameters, "fc.weight", {0, 0, 0});
    test::set(parameters, "fc.bias", {0});
    optimizer->start(parameters);
    const std::vector<float> gradients(parameters.trainable().size(), 1.0F);
    optimizer->step(parameters.trainable(), gradients, {0.01, 1.0});
    for (const float weight : test::get(parameters, "fc.weight")) EXPECT_LT(weight, 0.0F);
    EXPECT_LT(test::get(parameters, "fc.bias")[0], 0.0F);
}

TEST_P(EveryOptimizer, RateZeroChangesNothingAndOtherLengthsAreRefused) {
    const auto optimizer = make();
    Parameters parameters(test::linear_network(3, 1)), larger(test::linear_network(50, 1));
    test::set(parameters, "fc.weight", {1, 2, 3});
    optimizer->start(parameters);
    const std::vector<float> gradients(parameters.trainable().size(), 1.0F);
    optimizer->step(parameters.trainable(), gradients, {0.0, 1.0});
    EXPECT_EQ(test::get(parameters, "fc.weight"), (std::vector<float>{1, 2, 3}));
    EXPECT_THROW(optimizer->step(larger.trainable(), gradients, {0.0, 1.0}), InternalError);
}

std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : optimizers().entries()) all.push_back(entry.name);
    return all;
}
INSTANTIATE_TEST_SUITE_P(Registered, EveryOptimizer, ::testing::ValuesIn(names()),
                         [](const auto& tested) { return tested.param; });

TEST(Optimizers, TakeTheirOptionsFromYaml) {
    Diagnostics diagnostics;
    const auto optimizer = optimizers().make(parse_yaml("{name: sgd, learning_rate: 0.25}", "test"), "o", diagnostics);
    ASSERT_NE(optimizer, nullptr);
    EXPECT_EQ(optimizer->learning_rate(), 0.25);
    EXPECT_EQ(optimizers().make(parse_yaml("{name: sgd, momentun: 0.9}", "test"), "o", diagnostics), nullptr);
    EXPECT_FALSE(diagnostics.empty());
}

}  // namespace
}  // namespace hpnas

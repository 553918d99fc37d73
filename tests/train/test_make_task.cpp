#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/train/make_task.hpp"
#include "train/bright_images.hpp"
#include "train/toy_speech.hpp"
#include "train/toy_texts.hpp"

namespace hpnas {
namespace {

TEST(MakeTask, EachKindOfDataHasItsMetrics) {
    const auto leading = [](Task data) {
        const auto task = make_training_task(std::move(data), TrainingOptions{});
        EXPECT_EQ(task->metrics()[0].name, "loss");
        return task->metrics()[task->leading_metric()].name;
    };
    EXPECT_EQ(leading(test::bright_task()), "top1");
    EXPECT_EQ(leading(test::toy_texts(8)), "top1");
    EXPECT_EQ(leading(SpanTask{}), "f1");
    EXPECT_EQ(leading(test::toy_speech(8, 1)), "top1");
    EXPECT_EQ(leading(test::toy_speech(8, 2)), "error");
}

TEST(MakeTask, OptionsWithoutMeaningAreRefused) {
    TrainingOptions options;
    options.data_fraction = 0.5;
    EXPECT_NO_THROW(make_training_task(test::bright_task(), options));
    EXPECT_THROW(make_training_task(test::toy_texts(8), options), ConfigError);
}

}  // namespace
}  // namespace hpnas

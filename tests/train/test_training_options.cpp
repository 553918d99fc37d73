#include <gtest/gtest.h>

#include "hpnas/core/error.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas {
namespace {

TEST(TrainingOptions, ReadFromYaml) {
    const ConfigNode node = parse_yaml(
        "{epochs: 0.5, batch: 32, optimizer: {name: rmsprop, learning_rate: 0.06}, schedule: step, augmentation: "
        "{cutout: 8}}",
        "test");
    TrainingOptions options;
    Diagnostics diagnostics;
    read_options(node, "training", diagnostics, options);
    check_components(options, "training", diagnostics);
    diagnostics.throw_if_any();
    EXPECT_EQ(options.epochs, 0.5);
    EXPECT_EQ(options.batch, 32);
    EXPECT_EQ(options.augmentation.cutout, 8);
    EXPECT_TRUE(options.augmentation.flip);
    EXPECT_EQ(options.optimizer.find("name")->scalar, "rmsprop");
}

TEST(TrainingOptions, EveryMistakeOfTheComponentsIsReported) {
    const ConfigNode node =
        parse_yaml("{optimizer: {name: sgd, momentum: 2, rate: 1}, schedule: {name: linea}}", "test");
    TrainingOptions options;
    Diagnostics diagnostics;
    read_options(node, "training", diagnostics, options);
    EXPECT_TRUE(diagnostics.empty());  // the subtrees are checked by their families
    check_components(options, "training", diagnostics);
    ASSERT_EQ(diagnostics.lines().size(), 3U);
    for (const std::string& line : diagnostics.lines()) EXPECT_EQ(line.find("test:1"), 0U) << line;
}

TEST(TrainingOptions, DefaultsAreValid) {
    Diagnostics diagnostics;
    check_components(TrainingOptions{}, "training", diagnostics);
    EXPECT_TRUE(diagnostics.empty());
}

TEST(TrainingOptions, BatchesThatCannotBeSharedAreRefused) {
    TrainingOptions options;
    options.batch = 12;
    EXPECT_EQ(check_batch(options, 12, 1), 12);
    EXPECT_THROW(check_batch(options, 11, 1), DataError);
    EXPECT_THROW(check_batch(options, 100, 2), ConfigError);
    options.micro_batch = 4;
    EXPECT_EQ(check_batch(options, 100, 3), 4);
    EXPECT_THROW(check_batch(options, 100, 4), ConfigError);
    options.micro_batch = 5;
    EXPECT_THROW(check_batch(options, 100, 1), ConfigError);
}

}  // namespace
}  // namespace hpnas

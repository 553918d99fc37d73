#include <gtest/gtest.h>

#include "hpnas/supernet/gradient_search_options.hpp"

namespace hpnas {
namespace {

GradientSearchOptions read(const std::string& yaml, Diagnostics& diagnostics) {
    GradientSearchOptions options;
    read_options(parse_yaml(yaml, "test"), "strategy", diagnostics, options);
    check_components(options, "strategy", diagnostics);
    return options;
}

TEST(GradientSearchOptions, DefaultsAreThoseOfUnasOnCifar) {
    Diagnostics diagnostics;
    const GradientSearchOptions options = read("{}", diagnostics);
    EXPECT_TRUE(diagnostics.lines().empty());
    EXPECT_EQ(options.warmup_epochs, 15);
    EXPECT_EQ(options.epochs, 85);
    EXPECT_EQ(options.loss.gap.lambda, 0.5);
    EXPECT_EQ(options.loss.duplicate_weight, 0.2);
    EXPECT_EQ(options.loss.skip_below, 0.05);
    EXPECT_EQ(options.clip_norm, 5);
    EXPECT_EQ(options.logits.learning_rate, 2e-3);
    EXPECT_EQ(options.estimator.find("name")->scalar, "unas");
}

TEST(GradientSearchOptions, MistakesAreNamedWithTheirPath) {
    Diagnostics diagnostics;
    read("{estimator: {name: unas, temperature: 0}, optimizer: {name: adamm}, loss: {gap: {form: sum}}, epochs: 0}",
         diagnostics);
    std::string all;
    for (const auto& line : diagnostics.lines()) all += line + "\n";
    for (const char* part :
         {"strategy.estimator.temperature", "unknown name 'adamm'", "strategy.loss.gap.form", "strategy.epochs"})
        EXPECT_NE(all.find(part), std::string::npos) << part << " in\n" << all;
}

}  // namespace
}  // namespace hpnas

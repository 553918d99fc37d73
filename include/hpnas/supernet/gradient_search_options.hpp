#pragma once
#include <cstdint>
#include <string_view>

#include "hpnas/config/options.hpp"
#include "hpnas/data/augmentation.hpp"
#include "hpnas/supernet/logit_adam.hpp"
#include "hpnas/supernet/supernet_objective.hpp"

namespace hpnas {

/// How a gradient search runs; the defaults are UNAS's on CIFAR-10 but for one architecture per step and rank.
struct GradientSearchOptions {
    GradientSearchOptions();

    std::int64_t batch = 32;
    std::int64_t warmup_epochs = 15, epochs = 85;
    double warmup_temperature = 0.4;
    bool warmup_per_example = false;
    ConfigNode optimizer;
    double learning_rate_end = 1e-4;
    double clip_norm = 5;
    LogitAdamOptions logits;
    ConfigNode estimator;
    bool shared_noise = false;
    SupernetLossOptions loss;
    AugmentationOptions augmentation;

    void visit(OptionVisitor& v);
};

/// Adds every mistake in the optimizer and estimator subtrees. @param path  of the group, e.g. "strategy"
void check_components(const GradientSearchOptions& options, std::string_view path, Diagnostics& diagnostics);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string_view>

#include "hpnas/config/options.hpp"
#include "hpnas/data/augmentation.hpp"

namespace hpnas {

/// A node {name: `name`}: a component by name with its default options.
ConfigNode named_component(std::string_view name);

/// How a candidate is trained: the YAML group `training`.
struct TrainingOptions {
    double epochs = 1;
    double data_fraction = 1;
    std::int64_t batch = 64;
    std::int64_t evaluation_batch = 64;
    ConfigNode optimizer = named_component("sgd");
    ConfigNode schedule = named_component("cosine");
    double label_smoothing = 0;
    double clip_norm = 0;
    double ema_decay = 0;
    double max_seconds = 0;
    double max_loss = 1e3;
    AugmentationOptions augmentation;

    void visit(OptionVisitor& v) {
        v.number({"epochs", "passes over the training images (times data_fraction); may be fractional", 1e-6, 1e6},
                 epochs);
        v.number({"data_fraction", "share of the training images used: a fixed choice, class by class", 1e-6, 1},
                 data_fraction);
        v.integer({"batch", "images per step", 1, 65536}, batch);
        v.integer({"evaluation_batch", "images per forward pass when judging", 1, 65536}, evaluation_batch);
        v.subtree({"optimizer", "gradient method: name and its options"}, optimizer);
        v.subtree({"schedule", "learning-rate schedule: name and its options"}, schedule);
        v.number({"label_smoothing", "share of the target spread over all classes", 0, 1}, label_smoothing);
        v.number({"clip_norm", "largest Euclidean norm of the gradient; 0: off", 0}, clip_norm);
        v.number({"ema_decay", "decay per step of averaged weights, which are judged instead; 0: off", 0, 1},
                 ema_decay);
        v.number(
            {"max_seconds", "a candidate that trains longer fails; 0: off (results then depend on the machine)", 0},
            max_seconds);
        v.number({"max_loss", "a batch loss above this, in nat, counts as divergence", 0}, max_loss);
        v.group({"augmentation", "random changes of the training images"}, augmentation);
    }
};

/// Adds every mistake in the optimizer and schedule subtrees. @param path  of the group, e.g. "training"
void check_components(const TrainingOptions& options, std::string_view path, Diagnostics& diagnostics);

}  // namespace hpnas

#pragma once
#include <cstdint>
#include <string_view>

#include "hpnas/config/options.hpp"
#include "hpnas/data/augmentation.hpp"
#include "hpnas/data/spec_augment.hpp"

namespace hpnas {

/// A node {name: `name`}: a component by name with its default options.
ConfigNode named_component(std::string_view name);

/// How a candidate is trained: the YAML group `training`.
struct TrainingOptions {
    double epochs = 1;
    double data_fraction = 1;
    std::int64_t batch = 64;
    std::int64_t micro_batch = 0;
    std::int64_t evaluation_batch = 64;
    ConfigNode optimizer = named_component("sgd");
    ConfigNode schedule = named_component("cosine");
    double label_smoothing = 0;
    double auxiliary_weight = 0.4;
    bool drop_path_ramp = false;
    double clip_norm = 0;
    double ema_decay = 0;
    double max_seconds = 0;
    double max_loss = 1e3;
    AugmentationOptions augmentation;
    SpecAugmentOptions spec_augment;
    double word_dropout = 0;
    double ctc_weight = 0.3;

    std::int64_t examples_per_pass() const noexcept { return micro_batch == 0 ? batch : micro_batch; }

    void visit(OptionVisitor& v) {
        v.number({"epochs", "passes over the training examples (times data_fraction); may be fractional", 1e-6, 1e6},
                 epochs);
        v.number({"data_fraction", "share of the training examples used: a fixed choice, class by class", 1e-6, 1},
                 data_fraction);
        v.integer({"batch", "examples per step", 1, 65536}, batch);
        v.integer({"micro_batch",
                   "examples per forward pass, which batch norms normalise over and ranks share the batch by; "
                   "0: the whole batch",
                   0, 65536},
                  micro_batch);
        v.integer({"evaluation_batch", "examples per forward pass when judging", 1, 65536}, evaluation_batch);
        v.subtree({"optimizer", "gradient method: name and its options"}, optimizer);
        v.subtree({"schedule", "learning-rate schedule: name and its options"}, schedule);
        v.number({"label_smoothing", "share of the target spread over all classes", 0, 1}, label_smoothing);
        v.number(
            {"auxiliary_weight", "weight of the loss of each auxiliary classifier, where a network has any", 0, 10},
            auxiliary_weight);
        v.boolean({"drop_path_ramp", "rates of drop path grow from epoch to epoch, from 0 to the network's own"},
                  drop_path_ramp);
        v.number({"clip_norm", "largest Euclidean norm of the gradient; 0: off", 0}, clip_norm);
        v.number({"ema_decay", "decay per step of averaged weights, which are judged instead; 0: off", 0, 1},
                 ema_decay);
        v.number(
            {"max_seconds", "a candidate that trains longer fails; 0: off (results then depend on the machine)", 0},
            max_seconds);
        v.number({"max_loss", "a batch loss above this, in nat, counts as divergence", 0}, max_loss);
        v.group({"augmentation", "random changes of the training images"}, augmentation);
        v.group({"spec_augment", "random masks on the training recordings"}, spec_augment);
        v.number({"word_dropout", "probability that a token of a training text becomes the unknown one", 0, 1},
                 word_dropout);
        v.number({"ctc_weight",
                  "share of CTC in the loss of networks that have both a decoder and a CTC output; the rest is the "
                  "decoder's",
                  0, 1},
                 ctc_weight);
    }
};

/// @return examples per forward pass. @throws ConfigError unless the batch is a multiple of the micro-batch and every
/// rank gets at least one; DataError if there are fewer examples than a batch
std::int64_t check_batch(const TrainingOptions& options, std::int64_t n_examples, std::int64_t n_ranks);

/// Adds every mistake in the optimizer and schedule subtrees. @param path  of the group, e.g. "training"
void check_components(const TrainingOptions& options, std::string_view path, Diagnostics& diagnostics);

}  // namespace hpnas

#include "hpnas/supernet/gradient_search_options.hpp"

#include <fmt/format.h>

#include "hpnas/supernet/builtin.hpp"
#include "hpnas/train/optimizer.hpp"

namespace hpnas {

GradientSearchOptions::GradientSearchOptions()
    : optimizer(parse_yaml("{name: adamw, learning_rate: 6e-4, weight_decay: 3e-4, decoupled: false}", "default")),
      estimator(parse_yaml("{name: unas}", "default")) {
    logits.learning_rate = 2e-3;
    loss.skip_below = 0.05;
}

void GradientSearchOptions::visit(OptionVisitor& v) {
    v.integer({"batch", "images per step and rank, of each of the two splits", 1, 65536}, batch);
    v.integer({"warmup_epochs", "epochs that train the weights alone", 0, 1000000}, warmup_epochs);
    v.integer({"epochs", "epochs that move weights and logits", 1, 1000000}, epochs);
    v.number({"warmup_temperature", "of the points that weights are trained at while warming up", 1e-3, 1e3},
             warmup_temperature);
    v.boolean({"warmup_per_example", "a point per example while warming up, not one per step"}, warmup_per_example);
    v.subtree({"optimizer", "gradient method of the weights: name and its options"}, optimizer);
    v.number({"learning_rate_end", "rate of the weights at the end of the cosine after the warm-up", 0, 1e6},
             learning_rate_end);
    v.number({"clip_norm", "largest Euclidean norm of the weights' gradient; 0: off", 0, 1e9}, clip_norm);
    v.group({"logits", "Adam of the architecture"}, logits);
    v.subtree({"estimator", "gradient estimator: name and its options"}, estimator);
    v.boolean({"shared_noise", "all ranks look at the same architectures"}, shared_noise);
    v.group({"loss", "what architectures are judged by"}, loss);
    v.group({"augmentation", "random changes of the images of both splits"}, augmentation);
}

void check_components(const GradientSearchOptions& options, std::string_view path, Diagnostics& diagnostics) {
    optimizers().make(options.optimizer, fmt::format("{}.optimizer", path), diagnostics);
    estimators().make(options.estimator, fmt::format("{}.estimator", path), diagnostics);
}

}  // namespace hpnas

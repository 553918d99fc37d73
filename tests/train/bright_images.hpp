#pragma once
#include <cstdint>
#include <memory>
#include <utility>

#include "hpnas/config/node.hpp"
#include "hpnas/core/rng.hpp"
#include "hpnas/data/dataset.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas::test {

/// n noisy 8 x 8 images in three classes: bytes are uniform in 60 .. 139, and the class's channel is brighter by 60.
inline std::shared_ptr<const ImageSet> bright_images(std::int64_t n) {
    auto set = std::make_shared<ImageSet>();
    set->shape = Shape{8, 8, 3};
    set->classes = {"red", "green", "blue"};
    for (std::int64_t i = 0; i < n; ++i) {
        set->labels.push_back(i % 3);
        Rng rng(1, Purpose::test, static_cast<std::uint64_t>(i));
        for (std::int64_t k = 0; k < 192; ++k)
            set->pixels.push_back(static_cast<std::uint8_t>(60 + rng.below(80) + (k % 3 == i % 3 ? 60U : 0U)));
    }
    set->source = "bright images";
    return set;
}

/// 240 images to train on and 60 to validate with.
inline ImageTask bright_task() {
    SplitOptions options;
    options.validation_images = 60;
    Split split = stratified_split(bright_images(300), options);
    ImageTask task{std::move(split.train), std::move(split.validation), {}, {}};
    task.normalization = measure_normalization(task.train);
    return task;
}

/// Three epochs of 15 steps.
inline TrainingOptions quick() {
    TrainingOptions options;
    options.epochs = 3;
    options.batch = 16;
    options.evaluation_batch = 25;  // does not divide 60
    options.optimizer = parse_yaml("{name: sgd, learning_rate: 0.1}", "test");
    options.schedule = parse_yaml("{name: cosine, warmup_epochs: 0.5}", "test");
    options.augmentation.crop_padding = 1;
    return options;
}

}  // namespace hpnas::test

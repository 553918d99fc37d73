#pragma once
#include <memory>
#include <vector>

#include "hpnas/data/dataset.hpp"
#include "hpnas/energy/energy_model.hpp"
#include "hpnas/kernel/engine.hpp"
#include "hpnas/latency/latency_model.hpp"
#include "hpnas/op/activate.hpp"
#include "hpnas/op/conv2d.hpp"
#include "hpnas/op/global_average_pool.hpp"
#include "hpnas/op/linear.hpp"
#include "hpnas/space/search_space.hpp"
#include "hpnas/tensor/arena.hpp"
#include "hpnas/train/executor.hpp"
#include "hpnas/train/training_options.hpp"

namespace hpnas::test {

/// One decision, the width of a single convolution: 4, 8 or 16. Image [8, 8, 3], 2 classes. Counts the width, too.
class WidthSpace final : public SearchSpace {
public:
    std::string_view name() const noexcept override { return "width"; }
    std::span<const Decision> decisions() const noexcept override { return decisions_; }
    std::span<const Quantity> counts() const noexcept override { return counts_; }

private:
    std::vector<double> do_count(const Encoding& x) const override {
        return {decisions_[0].values[static_cast<std::size_t>(x[0])]};
    }
    Network do_decode(const Encoding& x) const override {
        const auto width = static_cast<std::int64_t>(decisions_[0].values[static_cast<std::size_t>(x[0])]);
        NetworkBuilder builder;
        NodeId value = builder.input("image", {8, 8, 3});
        builder.push_scope("stem");
        builder.begin_block("conv out=" + std::to_string(width));
        value = builder.add("conv", make_conv2d({.out = width, .kernel = 3, .bias = true}), value);
        builder.end_block();
        builder.pop_scope();
        builder.push_scope("head");
        builder.begin_block("head");
        value = builder.add("pool", make_global_average_pool(), value);
        value = builder.add("linear", make_linear({.out = 2}), value);
        builder.end_block();
        builder.pop_scope();
        return std::move(builder).finish({value});
    }
    std::vector<Decision> decisions_{{"width", {4, 8, 16}, true}};
    std::vector<Quantity> counts_{{"width", "count", "channels of the convolution"}};
};

/// Dark images are class 0, bright ones class 1: learnable by any network within a few steps.
inline ImageTask brightness_task() {
    auto images = std::make_shared<ImageSet>();
    images->shape = {8, 8, 3};
    images->classes = {"dark", "bright"};
    for (std::int64_t i = 0; i < 64; ++i) {
        const bool bright = i % 2 == 1;
        images->labels.push_back(bright ? 1 : 0);
        for (std::int64_t p = 0; p < images->shape.count(); ++p)
            images->pixels.push_back(static_cast<std::uint8_t>((bright ? 160 : 40) + (i * 7 + p * 13) % 50));
    }
    Split split = stratified_split(images, {.validation_images = 16});
    ImageTask task{split.train, split.validation, {}, {}};
    task.normalization = measure_normalization(task.train);
    return task;
}

/// Latency in ms = number of blocks' output channels / 8: known in advance.
class WidthLatency final : public LatencyModel {
public:
    std::string_view name() const noexcept override { return "width"; }

private:
    Milliseconds do_predict(const Network& network) override {
        return Milliseconds(static_cast<double>(network.node(network.blocks()[0].last).shape.channels()) / 8);
    }
};

/// 2 mJ per channel; unknown of the widest network.
class WidthEnergy final : public EnergyModel {
public:
    std::string_view name() const noexcept override { return "width"; }
    std::vector<std::string> facts() const override { return {"facts.energy=width"}; }
    int asked = 0;

private:
    std::optional<double> do_energy_mj(const Network& network, const Encoding& x) override {
        ++asked;
        if (x[0] == 2) return std::nullopt;
        return 2.0 * static_cast<double>(network.node(network.blocks()[0].last).shape.channels());
    }
};

struct OwnDevice {
    explicit OwnDevice(std::size_t limit = 0) : arena(limit) {}
    kernel::Engine engine;
    Arena arena;
    Device device{engine, arena};
};

inline TrainingOptions short_training() {
    TrainingOptions options;
    options.epochs = 10;
    options.batch = 16;
    options.evaluation_batch = 16;
    options.optimizer = parse_yaml("{name: sgd, learning_rate: 0.1}", "test");
    return options;
}

}  // namespace hpnas::test

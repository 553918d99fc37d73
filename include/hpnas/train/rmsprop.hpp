#pragma once
#include <vector>

#include "hpnas/train/optimizer.hpp"

namespace hpnas {

struct RmsPropOptions {
    double learning_rate = 0.06;
    double decay = 0.9;
    double momentum = 0.9;
    double epsilon = 1e-3;
    double weight_decay = 1e-5;

    void visit(OptionVisitor& v) {
        v.number({"learning_rate", "highest learning rate", 0, 1e6}, learning_rate);
        v.number({"decay", "share of the running mean of squared gradients that is kept", 0, 1}, decay);
        v.number({"momentum", "share of the last step that is kept", 0, 1}, momentum);
        v.number({"epsilon", "added to the mean square before the root", 1e-30, 1}, epsilon);
        v.number({"weight_decay", "L2 penalty added to the gradient of weights", 0, 1}, weight_decay);
    }
};

/// RMSprop as TensorFlow has it and GPUNet trains: the mean square starts at 1, epsilon is inside the root, and the
/// momentum runs over steps that the rate has already scaled: g += weight_decay * w; s += (1 - decay) * (g * g - s); v
/// = momentum * v + rate * g / sqrt(s + epsilon); w -= v. Source: Tieleman, Hinton, COURSERA lecture 6.5 (2012);
/// variant and constants of GPUNet's recipe (RMSpropTF, eps 1e-3).
class RmsProp final : public Optimizer {
public:
    explicit RmsProp(RmsPropOptions options) : options_(options) {}
    double learning_rate() const noexcept override { return options_.learning_rate; }
    State state() noexcept override { return {{mean_square_, velocity_}, {}}; }

private:
    void do_start(std::size_t size) override {
        mean_square_.assign(size, 1.0F);
        velocity_.assign(size, 0.0F);
    }
    void begin_step(const Step& step) override { step_ = step; }
    void update(const Chunk& chunk, float* weights, const float* gradients) override;

    RmsPropOptions options_;
    Step step_;
    std::vector<float> mean_square_, velocity_;
};

}  // namespace hpnas

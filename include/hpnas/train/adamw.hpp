#pragma once
#include <cstdint>
#include <vector>

#include "hpnas/train/optimizer.hpp"

namespace hpnas {

struct AdamWOptions {
    double learning_rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0.01;
    bool decoupled = true;

    void visit(OptionVisitor& v) {
        v.number({"learning_rate", "highest learning rate", 0, 1e6}, learning_rate);
        v.number({"beta1", "share of the running mean of gradients that is kept", 0, 0.999999}, beta1);
        v.number({"beta2", "share of the running mean of squared gradients that is kept", 0, 0.999999}, beta2);
        v.number({"epsilon", "added to the root of the mean square", 1e-30, 1}, epsilon);
        v.number({"weight_decay", "share of a weight removed per step, times the rate; or L2 penalty", 0, 1},
                 weight_decay);
        v.boolean({"decoupled", "weight decay apart from the gradient; off: added to it, as in plain Adam"}, decoupled);
    }
};

/// Adam with decoupled weight decay: w -= rate * weight_decay * w; m, s = running means of g, g * g, bias corrected;
/// w -= rate * m / (sqrt(s) + epsilon). Not decoupled it is Adam: g += weight_decay * w instead. Source: Loshchilov,
/// Hutter, ICLR 2019 (in the form of torch.optim.AdamW).
class AdamW final : public Optimizer {
public:
    explicit AdamW(AdamWOptions options) : options_(options) {}
    double learning_rate() const noexcept override { return options_.learning_rate; }
    State state() noexcept override { return {{mean_, mean_square_}, {&power1_, &power2_}}; }

private:
    void do_start(std::size_t size) override;
    void begin_step(const Step& step) override;
    void update(const Chunk& chunk, float* weights, const float* gradients) override;

    AdamWOptions options_;
    Step step_;
    double power1_ = 1, power2_ = 1;  // beta^steps
    std::vector<float> mean_, mean_square_;
};

}  // namespace hpnas

#pragma once
#include <vector>

#include "hpnas/train/optimizer.hpp"

namespace hpnas {

struct SgdOptions {
    double learning_rate = 0.1;
    double momentum = 0.9;
    bool nesterov = true;
    double weight_decay = 5e-4;

    void visit(OptionVisitor& v) {
        v.number({"learning_rate", "highest learning rate", 0, 1e6}, learning_rate);
        v.number({"momentum", "share of the last step that is kept", 0, 1}, momentum);
        v.boolean({"nesterov", "look ahead along the momentum"}, nesterov);
        v.number({"weight_decay", "L2 penalty added to the gradient of weights", 0, 1}, weight_decay);
    }
};

/// Stochastic gradient descent with momentum: d = g + decay * w; v = momentum * v + d; w -= rate * (nesterov ? d +
/// momentum * v : v). Source: Sutskever, Martens, Dahl, Hinton, ICML 2013 (in the form of torch.optim.SGD, where the
/// rate scales the whole step).
class Sgd final : public Optimizer {
public:
    explicit Sgd(SgdOptions options) : options_(options) {}
    double learning_rate() const noexcept override { return options_.learning_rate; }
    State state() noexcept override { return {{velocity_}, {}}; }

private:
    void do_start(std::size_t size) override { velocity_.assign(size, 0.0F); }
    void begin_step(const Step& step) override { step_ = step; }
    void update(const Chunk& chunk, float* weights, const float* gradients) override;

    SgdOptions options_;
    Step step_;
    std::vector<float> velocity_;
};

}  // namespace hpnas

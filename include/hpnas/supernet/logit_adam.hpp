#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "hpnas/config/options.hpp"

namespace hpnas {

/// UNAS' settings for architecture logits (CIFAR: times 2, for a global batch of 128).
struct LogitAdamOptions {
    double learning_rate = 1e-3;
    double learning_rate_end = 3e-4;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 1e-6;

    void visit(OptionVisitor& v);
};

/// Half a cosine wave from `start` at progress 0 to `end` at progress 1. @param progress  kept in [0, 1]
double cosine_between(double start, double end, double progress);

/// Adam in double precision for the few hundred logits of an architecture. Weight decay is added to the gradient (it
/// pulls logits to zero, probabilities to uniform). A regular value. Source: Kingma, Ba, Adam, ICLR 2015.
class LogitAdam {
public:
    /// @param size  number of logits
    LogitAdam(LogitAdamOptions options, std::size_t size);

    /// Moves `logits` one step down. The rate is learning_rate at progress 0 and falls along a cosine to
    /// learning_rate_end at progress 1.
    /// @throws DivergenceError for a gradient that is not finite (the logits are left as they were); InternalError for
    /// a wrong size
    void step(std::span<double> logits, std::span<const double> gradient, double progress);

    /// Number of steps, then means, then mean squares [1 + 2 size]: all that step() changed, for checkpoints.
    std::vector<double> state() const;
    /// @throws InternalError for a state of another size
    void restore(std::span<const double> state);

private:
    LogitAdamOptions options_;
    std::int64_t steps_ = 0;
    std::vector<double> mean_, square_;
};

}  // namespace hpnas

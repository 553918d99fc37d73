#include "hpnas/supernet/logit_adam.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/divergence.hpp"

namespace hpnas {

void LogitAdamOptions::visit(OptionVisitor& v) {
    v.number({"learning_rate", "step size of the logits at the start of the search", 0, 1e3}, learning_rate);
    v.number({"learning_rate_end", "at its end, reached along a cosine", 0, 1e3}, learning_rate_end);
    v.number({"beta1", "memory of the mean gradient", 0, 0.999999}, beta1);
    v.number({"beta2", "memory of the mean squared gradient", 0, 0.999999}, beta2);
    v.number({"epsilon", "added to the root of the mean square", 1e-16, 1}, epsilon);
    v.number({"weight_decay", "times the logit, added to its gradient", 0, 1e3}, weight_decay);
}

double cosine_between(double start, double end, double progress) {
    return end + (start - end) * 0.5 * (1 + std::cos(std::numbers::pi * std::clamp(progress, 0.0, 1.0)));
}

LogitAdam::LogitAdam(LogitAdamOptions options, std::size_t size)
    : options_(options), mean_(size, 0.0), square_(size, 0.0) {}

void LogitAdam::step(std::span<double> logits, std::span<const double> gradient, double progress) {
    if (logits.size() != mean_.size() || gradient.size() != mean_.size())
        throw InternalError(fmt::format("adam: {} logits and {} gradients, set up for {}", logits.size(),
                                        gradient.size(), mean_.size()));
    for (const double g : gradient)
        if (!std::isfinite(g))
            throw DivergenceError(
                fmt::format("architecture gradient of step {}: expected finite numbers, got {}; lower the "
                            "learning rates",
                            steps_, g));
    ++steps_;
    const double t = static_cast<double>(steps_);
    const double rate = cosine_between(options_.learning_rate, options_.learning_rate_end, progress);
    const double correction1 = 1 - std::pow(options_.beta1, t), correction2 = 1 - std::pow(options_.beta2, t);
    for (std::size_t i = 0; i < mean_.size(); ++i) {
        const double g = gradient[i] + options_.weight_decay * logits[i];
        mean_[i] = options_.beta1 * mean_[i] + (1 - options_.beta1) * g;
        square_[i] = options_.beta2 * square_[i] + (1 - options_.beta2) * g * g;
        logits[i] -= rate * (mean_[i] / correction1) / (std::sqrt(square_[i] / correction2) + options_.epsilon);
    }
}

std::vector<double> LogitAdam::state() const {
    std::vector<double> result{static_cast<double>(steps_)};
    result.insert(result.end(), mean_.begin(), mean_.end());
    result.insert(result.end(), square_.begin(), square_.end());
    return result;
}

void LogitAdam::restore(std::span<const double> state) {
    if (state.size() != 1 + 2 * mean_.size())
        throw InternalError(
            fmt::format("adam: expected a state of {} numbers, got {}", 1 + 2 * mean_.size(), state.size()));
    steps_ = static_cast<std::int64_t>(state[0]);
    std::copy_n(state.begin() + 1, mean_.size(), mean_.begin());
    std::copy_n(state.begin() + 1 + static_cast<std::ptrdiff_t>(mean_.size()), square_.size(), square_.begin());
}

}  // namespace hpnas

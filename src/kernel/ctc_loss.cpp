#include "hpnas/kernel/ctc_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "hpnas/core/error.hpp"

namespace hpnas::kernel {
namespace {

constexpr double never = -std::numeric_limits<double>::infinity();

double log_add(double a, double b) noexcept {
    const double larger = std::max(a, b);
    return larger == never ? never : larger + std::log1p(std::exp(std::min(a, b) - larger));
}

/// Sums over the ways through the states blank, label, blank, label, ..., blank.
class Lattice {
public:
    Lattice(const CtcSequence& sequence, std::int64_t tokens, std::int64_t blank)
        : frames_(static_cast<std::size_t>(sequence.frames)), tokens_(static_cast<std::size_t>(tokens)) {
        for (const std::int64_t label : sequence.target) {
            if (label < 0 || label >= tokens || label == blank)
                throw ShapeError(fmt::format("ctc: expected labels in [0, {}) other than the blank {}, got {}", tokens,
                                             blank, label));
            states_.push_back(blank);
            states_.push_back(label);
        }
        states_.push_back(blank);
        normalise(sequence.logits);
    }

    double log_probability() {
        if (frames_ == 0) return states_.size() == 1 ? 0.0 : never;
        forward_.assign(frames_ * states_.size(), never);
        for (std::size_t s = 0; s < std::min<std::size_t>(2, states_.size()); ++s) forward_[s] = emission(0, s);
        for (std::size_t t = 1; t < frames_; ++t)
            for (std::size_t s = 0; s < states_.size(); ++s) {
                double sum = forward(t - 1, s);
                if (s >= 1) sum = log_add(sum, forward(t - 1, s - 1));
                if (skips_to(s)) sum = log_add(sum, forward(t - 1, s - 2));
                forward_[t * states_.size() + s] = sum + emission(t, s);
            }
        const std::size_t last = states_.size() - 1;
        return last == 0 ? forward(frames_ - 1, 0)
                         : log_add(forward(frames_ - 1, last), forward(frames_ - 1, last - 1));
    }

    /// softmax - share of the ways that are at the token, times scale. @param total  log_probability()
    void gradient(double total, double scale, float* diff) const {
        std::vector<double> after(states_.size(), never), next(states_.size()), share(tokens_);
        after[states_.size() - 1] = 0;
        if (states_.size() > 1) after[states_.size() - 2] = 0;
        for (std::size_t t = frames_; t-- > 0;) {
            std::fill(share.begin(), share.end(), 0.0);
            for (std::size_t s = 0; s < states_.size(); ++s)
                share[static_cast<std::size_t>(states_[s])] += std::exp(forward(t, s) + after[s] - total);
            for (std::size_t k = 0; k < tokens_; ++k)
                diff[t * tokens_ + k] =
                    static_cast<float>(scale * (std::exp(log_softmax_[t * tokens_ + k]) - share[k]));
            step_back(t, after, next);
        }
    }

private:
    double emission(std::size_t t, std::size_t s) const {
        return log_softmax_[t * tokens_ + static_cast<std::size_t>(states_[s])];
    }
    double forward(std::size_t t, std::size_t s) const { return forward_[t * states_.size() + s]; }
    /// Whether a way may come to a label straight from the label before it.
    bool skips_to(std::size_t s) const { return s >= 2 && s % 2 == 1 && states_[s] != states_[s - 2]; }

    void normalise(const float* logits) {
        log_softmax_.resize(frames_ * tokens_);
        for (std::size_t t = 0; t < frames_; ++t) {
            const float* row = logits + t * tokens_;
            const double largest = static_cast<double>(*std::max_element(row, row + tokens_));
            double sum = 0;
            for (std::size_t k = 0; k < tokens_; ++k) sum += std::exp(static_cast<double>(row[k]) - largest);
            for (std::size_t k = 0; k < tokens_; ++k)
                log_softmax_[t * tokens_ + k] = static_cast<double>(row[k]) - largest - std::log(sum);
        }
    }

    /// `after` becomes that of frame t - 1: log of the chance to end well from a state, its own frame not counted.
    void step_back(std::size_t t, std::vector<double>& after, std::vector<double>& next) const {
        for (std::size_t s = 0; s < states_.size(); ++s) {
            next[s] = after[s] + emission(t, s);
            if (s + 1 < states_.size()) next[s] = log_add(next[s], after[s + 1] + emission(t, s + 1));
            if (s + 2 < states_.size() && skips_to(s + 2))
                next[s] = log_add(next[s], after[s + 2] + emission(t, s + 2));
        }
        after.swap(next);
    }

    std::size_t frames_, tokens_;
    std::vector<std::int64_t> states_;
    std::vector<double> log_softmax_;  // [frames, tokens]
    std::vector<double> forward_;      // [frames, states] log of the ways to a state, its own frame counted
};

}  // namespace

double ctc_loss(const CtcSequence& sequence, std::int64_t tokens, std::int64_t blank) {
    Lattice lattice(sequence, tokens, blank);
    const double total = lattice.log_probability();
    if (sequence.diff_logits != nullptr) {
        if (total == never)
            std::fill_n(sequence.diff_logits, sequence.frames * tokens, 0.0F);
        else
            lattice.gradient(total, sequence.scale, sequence.diff_logits);
    }
    return -total;
}

}  // namespace hpnas::kernel

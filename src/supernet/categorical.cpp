#include "hpnas/supernet/categorical.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"

namespace hpnas {

void log_softmax(const ChoiceGroups& groups, std::span<const double> logits, std::span<double> log_probabilities) {
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const std::span<const double> in = groups.slice(logits, g);
        const std::span<double> out = groups.slice(log_probabilities, g);
        const double top = *std::max_element(in.begin(), in.end());
        double sum = 0;
        for (const double logit : in) sum += std::exp(logit - top);
        // top is taken off first: the sum's logarithm would drown in a large top.
        for (std::size_t i = 0; i < in.size(); ++i) out[i] = (in[i] - top) - std::log(sum);
    }
}

SoftenedLaw::SoftenedLaw(const ChoiceGroups& groups, std::span<const double> logits, double epsilon)
    : groups_(groups), epsilon_(epsilon), log_probabilities_(groups.total()) {
    if (logits.size() != groups.total())
        throw InternalError(fmt::format("logits: expected {} numbers, got {}", groups.total(), logits.size()));
    if (!(epsilon >= 0)) throw InternalError(fmt::format("softening: expected a number >= 0, got {}", epsilon));
    for (const double logit : logits)
        if (!std::isfinite(logit)) throw InternalError(fmt::format("logits: expected finite numbers, got {}", logit));
    log_softmax(groups, logits, log_probabilities_);
    // Logits further apart than the largest double: the option is as good as gone, but 0 * infinity must not arise.
    for (double& value : log_probabilities_) value = std::max(value, -1e300);
    for (const double value : log_probabilities_) raw_.push_back(std::exp(value));
    probabilities_ = raw_;
    if (epsilon == 0) return;
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const double norm = 1.0 + static_cast<double>(groups.size(g)) * epsilon;
        for (std::size_t i = groups.offset(g); i < groups.offset(g) + groups.size(g); ++i) {
            probabilities_[i] = (raw_[i] + epsilon) / norm;
            log_probabilities_[i] = std::log(probabilities_[i]);
        }
    }
}

double SoftenedLaw::log_probability(std::span<const std::int16_t> choices) const {
    double sum = 0;
    for (std::size_t g = 0; g < groups_.count(); ++g)
        sum += log_probabilities_[groups_.offset(g) + static_cast<std::size_t>(choices[g])];
    return sum;
}

void SoftenedLaw::add_score(std::span<const std::int16_t> choices, double weight, std::span<double> gradient) const {
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] -= weight * probabilities_[i];
    for (std::size_t g = 0; g < groups_.count(); ++g)
        gradient[groups_.offset(g) + static_cast<std::size_t>(choices[g])] += weight;
}

std::vector<double> SoftenedLaw::entropies() const {
    std::vector<double> result(groups_.count(), 0.0);
    for (std::size_t g = 0; g < result.size(); ++g)
        for (std::size_t i = groups_.offset(g); i < groups_.offset(g) + groups_.size(g); ++i)
            if (probabilities_[i] > 0) result[g] -= probabilities_[i] * log_probabilities_[i];
    return result;
}

void SoftenedLaw::add_entropy_gradient(double weight, std::span<double> gradient) const {
    const std::vector<double> entropy = entropies();
    for (std::size_t g = 0; g < entropy.size(); ++g)
        for (std::size_t i = groups_.offset(g); i < groups_.offset(g) + groups_.size(g); ++i)
            if (probabilities_[i] > 0) gradient[i] -= weight * probabilities_[i] * (log_probabilities_[i] + entropy[g]);
}

void SoftenedLaw::chain_to_logits(std::span<double> gradient) const {
    if (epsilon_ == 0) return;  // softmax by softmax: the identity on gradients that sum to zero
    for (std::size_t g = 0; g < groups_.count(); ++g) {
        const std::span<double> part = groups_.slice(gradient, g);
        const std::span<const double> q = groups_.slice(std::span<const double>(raw_), g);
        double mean = 0;
        for (std::size_t i = 0; i < part.size(); ++i) {
            part[i] /= q[i] + epsilon_;
            mean += q[i] * part[i];
        }
        for (std::size_t i = 0; i < part.size(); ++i) part[i] = q[i] * (part[i] - mean);
    }
}

}  // namespace hpnas

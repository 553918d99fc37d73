#pragma once
#include <span>
#include <vector>

#include "hpnas/search/choice_groups.hpp"

namespace hpnas {

/// Writes log softmax of each group of `logits` [total]; finite for any finite logits.
void log_softmax(const ChoiceGroups& groups, std::span<const double> logits, std::span<double> log_probabilities);

/// The sampling law of factorised logits: independent categoricals with p = (softmax(logits) + epsilon) / (1 + K
/// epsilon) in a group of K options. epsilon > 0 keeps every option alive (UNAS: 0.08 on ImageNet, 0 on CIFAR).
/// Everything that draws or scores architectures uses this law, so derivatives are taken by its own logits log p and
/// brought back.
class SoftenedLaw {
public:
    /// @param groups   kept by reference   @param logits [total], finite   @param epsilon  >= 0
    /// @throws InternalError for a wrong size, logits that are not finite, a negative epsilon
    SoftenedLaw(const ChoiceGroups& groups, std::span<const double> logits, double epsilon);

    const ChoiceGroups& groups() const noexcept { return groups_; }
    std::span<const double> log_probabilities() const noexcept { return log_probabilities_; }
    std::span<const double> probabilities() const noexcept { return probabilities_; }

    /// log p of one architecture, choices [groups].
    double log_probability(std::span<const std::int16_t> choices) const;
    /// Adds weight * d log p(choices) / d log p, i.e. weight * (z - p), to `gradient` [total].
    void add_score(std::span<const std::int16_t> choices, double weight, std::span<double> gradient) const;
    /// Entropy of each group, nat, in [0, log K].
    std::vector<double> entropies() const;
    /// Adds weight times the gradient of the summed entropy by log p: -p_j (log p_j + H_group).
    void add_entropy_gradient(double weight, std::span<double> gradient) const;
    /// Turns a gradient by the softened logits [total], whose sum over each group is zero, into one by the logits.
    void chain_to_logits(std::span<double> gradient) const;

private:
    const ChoiceGroups& groups_;
    double epsilon_;
    std::vector<double> raw_;  // softmax of the logits
    std::vector<double> log_probabilities_, probabilities_;
};

}  // namespace hpnas

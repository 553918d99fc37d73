#pragma once
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/search/choice_groups.hpp"

namespace hpnas {

/// The logits of a factorised distribution over the encodings of a space: one group per decision, uniform at first. A
/// regular value; any space of decisions can be searched by its gradient.
class ArchitectureParameters {
public:
    explicit ArchitectureParameters(std::span<const Decision> decisions);

    const ChoiceGroups& groups() const noexcept { return groups_; }
    /// Name of each group's decision.
    std::span<const std::string> names() const noexcept { return names_; }
    std::span<double> logits() noexcept { return logits_; }
    std::span<const double> logits() const noexcept { return logits_; }

    /// Probability of every option [total]. @param soften  epsilon of SoftenedLaw
    std::vector<double> probabilities(double soften = 0) const;
    /// Entropy of each decision, nat.
    std::vector<double> entropies(double soften = 0) const;
    /// log p(x), nat. @throws EncodingError if x is not of the space
    double log_probability(const Encoding& x, double soften = 0) const;

    /// The most probable option of every decision, the first of equal ones; softening changes no order.
    Encoding most_likely() const;
    /// The `count` most probable encodings (all, if there are fewer), most probable first; equal ones in an order that
    /// depends on nothing but the logits. Cost: count * decisions * log.
    std::vector<Encoding> most_likely(std::size_t count) const;
    Encoding sample(Rng& rng, double soften = 0) const;

private:
    ChoiceGroups groups_;
    std::vector<std::string> names_;
    std::vector<double> logits_;
};

}  // namespace hpnas

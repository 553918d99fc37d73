#pragma once
#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "hpnas/search/candidate.hpp"

namespace hpnas {

/// A number known of every encoding without evaluating it (table latency), scaled so that [low, high] becomes [0, 1].
struct KnownFeature {
    std::function<double(const Encoding&)> value;
    double low = 0.0;
    double high = 1.0;
};

/// Encodings as feature vectors for a Gaussian process: an ordered slot is its choice index scaled to [0, 1]; a
/// categorical slot is one-hot with 1/sqrt2, so that different choices have distance 1; a slot with one choice is left
/// out. All features of a slot form one group (one length scale).
class FeatureMap {
public:
    FeatureMap(std::vector<Decision> decisions, std::vector<KnownFeature> known);

    /// Group of each feature.
    const std::vector<std::size_t>& group() const noexcept { return group_; }
    std::size_t groups() const noexcept { return groups_; }
    std::size_t width() const noexcept { return group_.size(); }

    /// @return [width]; the encoding must be valid. A known feature that is not finite counts as `high`.
    std::vector<double> operator()(const Encoding& x) const;

private:
    std::vector<Decision> decisions_;
    std::vector<KnownFeature> known_;
    std::vector<std::size_t> group_;
    std::size_t groups_ = 0;
};

}  // namespace hpnas

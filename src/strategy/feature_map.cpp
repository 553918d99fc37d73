#include "hpnas/strategy/feature_map.hpp"

#include <cmath>
#include <numbers>
#include <utility>

namespace hpnas {
namespace {

/// Two categories need no one-hot pair: 0 and 1 have distance 1.
bool one_hot(const Decision& decision) { return !decision.ordered && decision.values.size() > 2; }

}  // namespace

FeatureMap::FeatureMap(std::vector<Decision> decisions, std::vector<KnownFeature> known)
    : decisions_(std::move(decisions)), known_(std::move(known)) {
    for (const Decision& decision : decisions_)
        if (decision.values.size() > 1)
            group_.insert(group_.end(), one_hot(decision) ? decision.values.size() : 1, groups_++);
    for (std::size_t i = 0; i < known_.size(); ++i) group_.push_back(groups_++);
}

std::vector<double> FeatureMap::operator()(const Encoding& x) const {
    std::vector<double> features;
    features.reserve(width());
    for (std::size_t i = 0; i < x.size(); ++i) {
        const std::size_t n = decisions_[i].values.size();
        if (n < 2) continue;
        if (!one_hot(decisions_[i])) {
            features.push_back(x[i] / static_cast<double>(n - 1));
            continue;
        }
        features.insert(features.end(), n, 0.0);
        features[features.size() - n + static_cast<std::size_t>(x[i])] = 1.0 / std::numbers::sqrt2;
    }
    for (const KnownFeature& known : known_) {
        const double value = known.value(x);
        const double range = known.high - known.low;
        features.push_back(!std::isfinite(value) ? 1.0 : range > 0.0 ? (value - known.low) / range : 0.0);
    }
    return features;
}

}  // namespace hpnas

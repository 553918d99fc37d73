#pragma once
#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "hpnas/search/candidate.hpp"
#include "hpnas/strategy/feature_map.hpp"
#include "hpnas/strategy/gaussian_process.hpp"

namespace hpnas {

/// Ranks candidates by (log) expected improvement below `best` and takes them one by one; what is taken or in flight is
/// told to the model as a made-up observation, so that the next choice goes elsewhere. Changes and refers to the
/// process; refers to the features.
class BatchSelector {
public:
    BatchSelector(GaussianProcess& process, const FeatureMap& features, double best)
        : process_(&process), features_(&features), best_(best) {}

    void add(std::vector<Candidate> candidates);
    /// The n best that are not taken, best first; ties in the order they were added.
    std::vector<Candidate> top(std::size_t n) const;
    /// The best that is not taken; nullopt: none is left.
    std::optional<Candidate> take();
    /// @param value  the lie; nullopt: the posterior mean
    void lie(const Encoding& x, std::optional<double> value);

private:
    struct Block {
        std::vector<Candidate> candidates;
        std::vector<bool> taken;
        TrackedPosterior posterior;
    };
    struct Place {
        double score;
        std::size_t block, index;
    };
    std::vector<Place> ranked() const;

    GaussianProcess* process_;
    const FeatureMap* features_;
    double best_;
    std::deque<Block> blocks_;
};

}  // namespace hpnas

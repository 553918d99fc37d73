#include "hpnas/strategy/batch_selector.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "hpnas/strategy/expected_improvement.hpp"

namespace hpnas {

void BatchSelector::add(std::vector<Candidate> candidates) {
    Rows rows{features_->width(), {}};
    rows.values.reserve(candidates.size() * rows.width);
    for (const Candidate& candidate : candidates) rows.append((*features_)(candidate.encoding));
    const std::size_t n = candidates.size();
    if (n > 0) blocks_.push_back({std::move(candidates), std::vector<bool>(n), TrackedPosterior(*process_, rows)});
}

std::vector<BatchSelector::Place> BatchSelector::ranked() const {
    std::vector<Place> places;
    for (std::size_t b = 0; b < blocks_.size(); ++b) {
        const auto& [candidates, taken, posterior] = blocks_[b];
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (!taken[i])
                places.push_back(
                    {log_expected_improvement(posterior.mean()[i], std::sqrt(posterior.variance()[i]), best_), b, i});
    }
    return places;
}

std::vector<Candidate> BatchSelector::top(std::size_t n) const {
    std::vector<Place> places = ranked();
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) { return a.score > b.score; });
    std::vector<Candidate> result;
    for (std::size_t i = 0; i < std::min(n, places.size()); ++i)
        result.push_back(blocks_[places[i].block].candidates[places[i].index]);
    return result;
}

std::optional<Candidate> BatchSelector::take() {
    const std::vector<Place> places = ranked();
    const auto best = std::max_element(places.begin(), places.end(),
                                       [](const Place& a, const Place& b) { return a.score < b.score; });
    if (best == places.end()) return std::nullopt;
    blocks_[best->block].taken[best->index] = true;
    return blocks_[best->block].candidates[best->index];
}

void BatchSelector::lie(const Encoding& x, std::optional<double> value) {
    process_->append((*features_)(x), value);
    for (Block& block : blocks_) block.posterior.update();
}

}  // namespace hpnas

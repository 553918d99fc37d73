#include "hpnas/supernet/architecture_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "hpnas/core/error.hpp"
#include "hpnas/supernet/categorical.hpp"

namespace hpnas {
namespace {

/// The options of each decision, most probable first.
std::vector<std::vector<std::int16_t>> ranked_options(const ChoiceGroups& groups, std::span<const double> logits) {
    std::vector<std::vector<std::int16_t>> ranked(groups.count());
    for (std::size_t g = 0; g < ranked.size(); ++g) {
        const std::span<const double> part = groups.slice(logits, g);
        ranked[g].resize(part.size());
        std::iota(ranked[g].begin(), ranked[g].end(), std::int16_t{0});
        std::stable_sort(ranked[g].begin(), ranked[g].end(), [&](std::int16_t a, std::int16_t b) {
            return part[static_cast<std::size_t>(a)] > part[static_cast<std::size_t>(b)];
        });
    }
    return ranked;
}

}  // namespace

ArchitectureParameters::ArchitectureParameters(std::span<const Decision> decisions)
    : groups_(decisions), logits_(groups_.total(), 0.0) {
    for (const Decision& decision : decisions) names_.push_back(decision.name);
}

std::vector<double> ArchitectureParameters::probabilities(double soften) const {
    const SoftenedLaw law(groups_, logits_, soften);
    return {law.probabilities().begin(), law.probabilities().end()};
}

std::vector<double> ArchitectureParameters::entropies(double soften) const {
    return SoftenedLaw(groups_, logits_, soften).entropies();
}

double ArchitectureParameters::log_probability(const Encoding& x, double soften) const {
    if (x.size() != groups_.count())
        throw EncodingError(fmt::format("encoding: expected {} choices, got {}", groups_.count(), x.size()));
    std::vector<double> point(groups_.total());
    one_hot(groups_, x, point);  // checks the choices
    return SoftenedLaw(groups_, logits_, soften).log_probability(x);
}

Encoding ArchitectureParameters::most_likely() const { return argmax(groups_, logits_); }

// Best first over ranks per decision: an encoding's successors move one decision to its next option. Every encoding but
// the first has a predecessor at least as probable, so none is missed.
std::vector<Encoding> ArchitectureParameters::most_likely(std::size_t count) const {
    const std::vector<std::vector<std::int16_t>> ranked = ranked_options(groups_, logits_);
    const SoftenedLaw law(groups_, logits_, 0);
    const auto decode = [&](const Encoding& ranks) {
        Encoding x(ranks.size());
        for (std::size_t g = 0; g < x.size(); ++g) x[g] = ranked[g][static_cast<std::size_t>(ranks[g])];
        return x;
    };
    std::set<std::pair<double, Encoding>> open;  // (-log p, ranks)
    std::set<Encoding> seen;
    const auto push = [&](const Encoding& ranks) {
        if (seen.insert(ranks).second) open.emplace(-law.log_probability(decode(ranks)), ranks);
    };
    push(Encoding(groups_.count(), 0));
    std::vector<Encoding> result;
    while (result.size() < count && !open.empty()) {
        const Encoding ranks = open.extract(open.begin()).value().second;
        result.push_back(decode(ranks));
        for (std::size_t g = 0; g < ranks.size(); ++g) {
            Encoding next = ranks;
            if (static_cast<std::size_t>(++next[g]) < groups_.size(g)) push(next);
        }
    }
    return result;
}

Encoding ArchitectureParameters::sample(Rng& rng, double soften) const {
    const SoftenedLaw law(groups_, logits_, soften);
    Encoding x(groups_.count());
    for (std::size_t g = 0; g < x.size(); ++g) {
        const std::span<const double> p = groups_.slice(law.probabilities(), g);
        double left = rng.uniform();
        std::size_t k = 0;
        while (k + 1 < p.size() && left >= p[k]) left -= p[k++];
        x[g] = static_cast<std::int16_t>(k);
    }
    return x;
}

}  // namespace hpnas

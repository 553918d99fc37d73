#pragma once
#include <functional>
#include <vector>

#include "hpnas/core/rng.hpp"
#include "hpnas/latency/latency_surrogate.hpp"

namespace hpnas::test {

/// n random vertices of the groups with the time that `law` gives them.
inline SurrogateSamples random_samples(const ChoiceGroups& groups, std::size_t n, std::uint64_t seed,
                                       const std::function<double(const Encoding&)>& law) {
    SurrogateSamples samples{.features = groups.total()};
    Rng rng(seed, Purpose::test);
    for (std::size_t i = 0; i < n; ++i) {
        Encoding x;
        for (std::size_t g = 0; g < groups.count(); ++g)
            x.push_back(static_cast<std::int16_t>(rng.below(groups.size(g))));
        samples.add(groups, x, law(x));
    }
    return samples;
}

/// A point strictly inside of every simplex.
inline std::vector<double> inner_point(const ChoiceGroups& groups, std::uint64_t seed) {
    std::vector<double> point(groups.total());
    Rng rng(seed, Purpose::test);
    for (std::size_t g = 0; g < groups.count(); ++g) {
        const auto part = groups.slice(std::span(point), g);
        double sum = 0;
        for (double& p : part) sum += p = 0.1 + rng.uniform();
        for (double& p : part) p /= sum;
    }
    return point;
}

/// Largest difference between the gradient and central differences, ms per unit.
inline double gradient_error(const LatencySurrogate& surrogate, std::vector<double> point, double step) {
    std::vector<double> gradient(point.size());
    surrogate.value_and_gradient(point, gradient);
    double worst = 0;
    for (std::size_t i = 0; i < point.size(); ++i) {
        const double at = point[i];
        point[i] = at + step;
        const double above = surrogate.value(point);
        point[i] = at - step;
        const double below = surrogate.value(point);
        point[i] = at;
        worst = std::max(worst, std::abs((above - below) / (2 * step) - gradient[i]));
    }
    return worst;
}

}  // namespace hpnas::test

#include "hpnas/latency/latency_surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hpnas/core/error.hpp"
#include "hpnas/linalg/statistics.hpp"

namespace hpnas {
namespace {

void check_size(const LatencySurrogate& surrogate, std::size_t got) {
    if (got != surrogate.features())
        throw InternalError(fmt::format("latency surrogate '{}': expected {} features, got {}", surrogate.name(),
                                        surrogate.features(), got));
}

bool all_finite(std::span<const double> values) {
    return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

}  // namespace

double LatencySurrogate::value(std::span<const double> features) const {
    check_size(*this, features.size());
    return do_value(features);
}

double LatencySurrogate::value_and_gradient(std::span<const double> features, std::span<double> gradient) const {
    check_size(*this, features.size());
    check_size(*this, gradient.size());
    return do_value_and_gradient(features, gradient);
}

void SurrogateSamples::add(const ChoiceGroups& groups, std::span<const std::int16_t> choices, double time_ms) {
    if (groups.total() != features)
        throw InternalError(fmt::format("surrogate samples: expected {} features, got {}", features, groups.total()));
    std::vector<double> vertex(features);
    one_hot(groups, choices, vertex);
    points.insert(points.end(), vertex.begin(), vertex.end());
    ms.push_back(time_ms);
}

void check_samples(const SurrogateSamples& samples) {
    if (samples.features == 0 || samples.size() == 0 || samples.points.size() != samples.size() * samples.features)
        throw InternalError(fmt::format("surrogate samples: {} values for {} times of {} features",
                                        samples.points.size(), samples.size(), samples.features));
    if (!all_finite(samples.points) || !all_finite(samples.ms))
        throw InternalError("surrogate samples: a number is not finite");
}

SurrogateQuality assess(const LatencySurrogate& surrogate, const SurrogateSamples& samples) {
    check_samples(samples);
    SurrogateQuality quality{.count = samples.size()};
    std::vector<double> predicted;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        predicted.push_back(surrogate.value(samples.point(i)));
        const double error = std::abs(predicted.back() - samples.ms[i]);
        quality.mae_ms += error;
        quality.mape_percent += 100 * error / samples.ms[i];
    }
    quality.mae_ms /= static_cast<double>(samples.size());
    quality.mape_percent /= static_cast<double>(samples.size());
    quality.spearman = spearman(predicted, samples.ms);
    return quality;
}

}  // namespace hpnas

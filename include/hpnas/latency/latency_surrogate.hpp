#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "hpnas/search/choice_groups.hpp"

namespace hpnas {

/// A smooth stand-in for measured latency: a function of the choices of an architecture, laid out as one-hot features
/// (search/choice_groups.hpp), and of every point between them, so that a gradient search can follow it. Knows no
/// networks. Safe to use from several threads.
class LatencySurrogate {
public:
    virtual ~LatencySurrogate() = default;
    virtual std::string_view name() const noexcept = 0;
    virtual std::size_t features() const noexcept = 0;  ///< [total] of the choice groups

    /// ms; may be negative far from what it was fitted to. @throws InternalError if the size does not fit
    double value(std::span<const double> features) const;
    /// Also writes d value / d features (ms); has the form of BlackBoxObjective::Surrogate.
    /// @param gradient  [features]
    double value_and_gradient(std::span<const double> features, std::span<double> gradient) const;

private:
    virtual double do_value(std::span<const double> features) const = 0;
    virtual double do_value_and_gradient(std::span<const double> features, std::span<double> gradient) const = 0;
};

/// What a surrogate is fitted to: points and their times.
struct SurrogateSamples {
    std::size_t features = 0;
    std::vector<double> points{};  ///< [ms.size(), features]
    std::vector<double> ms{};      ///< measured

    std::size_t size() const noexcept { return ms.size(); }
    std::span<const double> point(std::size_t i) const { return std::span(points).subspan(i * features, features); }
    /// Appends the vertex that the choices name. @throws EncodingError for a choice out of range
    void add(const ChoiceGroups& groups, std::span<const std::int16_t> choices, double time_ms);
};
/// @throws InternalError unless there is a sample, sizes agree and all numbers are finite
void check_samples(const SurrogateSamples& samples);

/// How well a surrogate predicts; for a verdict, of networks that it was not fitted to.
struct SurrogateQuality {
    std::size_t count = 0;
    double mae_ms = 0;        ///< mean of |predicted - measured|
    double mape_percent = 0;  ///< mean of |predicted - measured| / measured
    double spearman = 0;      ///< NaN for fewer than two different times
};
SurrogateQuality assess(const LatencySurrogate& surrogate, const SurrogateSamples& samples);

}  // namespace hpnas
